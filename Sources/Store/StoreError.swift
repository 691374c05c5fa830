internal import GRDB

/// Why the store could not do what it was asked.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What sort of failure it is.
    public enum Code: Sendable {
        /// The file cannot be used as it is; a person must decide. Only at start.
        case unusable
        /// The file is in use by another process. Only at start.
        case locked
        /// Nothing can be written or read at present; it may work again later.
        case unavailable
        /// More is waiting to be written than may wait.
        case overloaded
        /// The store was closed.
        case closed
    }

    /// What sort of failure it is.
    public let code: Code
    /// What happened, and what to do about it.
    public let description: String

    /// An error of that sort.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What an error of the database says, without the statement that met it.
    static func words(of error: any Error) -> String {
        guard let error = error as? DatabaseError else { return "\(error)" }
        return "\(error.message ?? "no message") (SQLite error \(error.resultCode.rawValue))"
    }
}
