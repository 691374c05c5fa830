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

/// Why a commit failed.
struct CommitError: Error {
    /// What is told to those whose changes were in it.
    let told: StoreError
    /// Whether one of its changes may be the cause, so that others can be written without it.
    let liesInOneChange: Bool

    /// The error that a commit met.
    init(_ error: any Error) {
        told = StoreError(
            .unavailable, "the database cannot be written: \(StoreError.words(of: error))")
        liesInOneChange = (error as? DatabaseError).map(Self.liesInOneChange) ?? true
    }

    /// The errors that SQLite has for what a statement says. All others are about the file, the
    /// disk or the machine, and no other change would fare better.
    private static func liesInOneChange(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE, .SQLITE_ERROR:
            true
        default: false
        }
    }
}
