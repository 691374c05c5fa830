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
            description = "\(place): the port is already in use; choose another with --port"
        case let error as IOError:
            description = "\(place): \(String(cString: strerror(error.errnoCode)))"
        case is SocketAddressError:
            description = "\(place): this machine does not have that address"
        default: return nil
        }
    }
}
