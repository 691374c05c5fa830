/// What an error is called where all platforms call it the same.
public enum ErrorName: String, CaseIterable, Sendable {
    /// No answer came in time.
    case timeout
    /// Nobody listens there.
    case connectionRefused = "connection_refused"
    /// The connection ended while it was in use.
    case connectionReset = "connection_reset"
    /// The name of the host came to no address.
    case dns
    /// Any of the last three, and whatever else keeps a call from reaching its target.
    case network

    /// What platforms call it; names are compared without case.
    public var platformNames: [String] {
        switch self {
        case .timeout:
            [
                "ETIMEDOUT", "ESOCKETTIMEDOUT", "UND_ERR_CONNECT_TIMEOUT",
                "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT", "ERR_TIMED_OUT",
                "TimeoutError", "socket.timeout", "asyncio.TimeoutError", "ConnectTimeout",
                "ReadTimeout", "WriteTimeout", "PoolTimeout", "ConnectTimeoutError",
                "ReadTimeoutError", "DEADLINE_EXCEEDED", "context deadline exceeded",
                "context.DeadlineExceeded", "os.ErrDeadlineExceeded", "i/o timeout",
                "TimeoutException", "SocketTimeoutException", "HttpTimeoutException",
                "HttpConnectTimeoutException", "java.util.concurrent.TimeoutException",
                "java.net.SocketTimeoutException", "System.TimeoutException",
                "Errno::ETIMEDOUT", "Net::OpenTimeout", "Net::ReadTimeout", "NSURLErrorTimedOut",
                "timed out",
            ]
        case .connectionRefused:
            [
                "ECONNREFUSED", "ERR_CONNECTION_REFUSED", "ConnectionRefusedError",
                "connection refused", "ConnectException", "java.net.ConnectException",
                "Errno::ECONNREFUSED", "NSURLErrorCannotConnectToHost",
            ]
        case .connectionReset:
            [
                "ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_CONNECTION_RESET",
                "ConnectionResetError", "BrokenPipeError", "ConnectionAbortedError",
                "RemoteDisconnected", "ServerDisconnectedError", "connection reset by peer",
                "broken pipe", "socket hang up", "unexpected EOF", "Errno::ECONNRESET",
                "Errno::EPIPE", "NSURLErrorNetworkConnectionLost",
            ]
        case .dns:
            [
                "ENOTFOUND", "EAI_AGAIN", "EAI_NONAME", "EAI_NODATA", "EAI_FAIL",
                "ERR_NAME_NOT_RESOLVED", "gaierror", "socket.gaierror", "no such host",
                "UnknownHostException", "java.net.UnknownHostException",
                "NSURLErrorCannotFindHost", "NSURLErrorDNSLookupFailed",
            ]
        case .network:
            [
                "UNAVAILABLE", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN",
                "ENETRESET", "ENOTCONN", "ERR_NETWORK", "ERR_INTERNET_DISCONNECTED",
                "NetworkError", "network is unreachable", "no route to host",
                "NoRouteToHostException", "java.net.NoRouteToHostException",
                "Errno::ENETUNREACH", "Errno::EHOSTUNREACH", "NSURLErrorNotConnectedToInternet",
            ]
        }
    }

    /// The name that covers it too; nil for one that stands by itself.
    var wider: ErrorName? {
        switch self {
        case .connectionRefused, .connectionReset, .dns: .network
        case .timeout, .network: nil
        }
    }

    /// Each name in lower case, the plain ones and those of platforms, with what it counts as.
    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.flatMap { name in
            ([name.rawValue] + name.platformNames).map { ($0.lowercased(), name) }
        })

    /// The type of an error as it is compared: in lower case, and the plain name where it has one.
    static func plain(_ type: String) -> ExactString {
        let lower = type.lowercased()
        return ExactString(byName[lower]?.rawValue ?? lower)
    }

    /// All that an error of that type is compared as: its plain name and the wider one.
    static func matches(_ type: String) -> [ExactString] {
        let lower = type.lowercased()
        guard let name = byName[lower] else { return [ExactString(lower)] }
        return [name, name.wider].compactMap { $0.map { ExactString($0.rawValue) } }
    }
}
