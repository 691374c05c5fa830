internal import GRDB

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
