import AsyncHTTPClient
import NIOCore

/// Says in a few words why there was no answer.
enum Unreachable {
    /// The reason that stands behind `error`.
    static func reason(_ error: any Error, timeoutMS: Int64) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout: return "no connection in time"
        case .deadlineExceeded, .readTimeout: return "no answer within \(timeoutMS / 1000) s"
        case .remoteConnectionClosed: return "it closed the connection without an answer"
        default: break
        }
        if error is NIOTooManyBytesError { return "its answer is too large" }
        return known(in: String(describing: error))
    }

    /// Errors of connecting hold those of every address tried; the text tells them.
    private static func known(in description: String) -> String {
        let reasons = [
            ("Connection refused", "connection refused"),
            ("No route to host", "no route to host"),
            ("Network is unreachable", "the network is unreachable"),
            ("DNS error", "its name is not known"),
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
            ("handshakeFailed", "the TLS handshake failed; does it speak https there?"),
        ]
        return reasons.first { description.contains($0.0) }?.1 ?? description
    }
}
