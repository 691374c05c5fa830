import HTTPAPI
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why the server cannot listen where it should.
struct ListenError: Error, CustomStringConvertible {
    let description: String

    /// What `error` means for a server with that address; nil when it means something else.
    init?(_ error: any Error, _ server: ServerConfiguration) {
        let place = "cannot listen on \(server.host):\(server.port)"
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            description = "\(place): another program does; choose another --port"
        case let error as IOError:
            description = "\(place): \(String(cString: strerror(error.errnoCode)))"
        case is SocketAddressError:
            description = "\(place): there is no such address on this machine"
        default: return nil
        }
    }
}
