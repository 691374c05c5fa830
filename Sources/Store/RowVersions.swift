import Resilience

/// Which rows were written by changes that overtook others, so that a late level never replaces
/// what is newer.
///
/// Changes are handed over with the lock of what they describe held. So of two that write one row
/// the one that was handed over later is the newer, and its number is the row's version. Rows are
/// known only while a change that was overtaken still waits; the database needs no versions.
///
/// A reset is in force once it is on disk, and until then states go on as they were. What is
/// handed over of them meanwhile has a version just below the reset's, however late it comes: it
/// is stale where the reset was written, and counts where it was not.
struct RowVersions {
    /// A row, or several.
    enum Row: Hashable {
        case state(policyID: Int64, key: ExactString)
        /// All states of a policy.
        case states(policyID: Int64)
        case settlement(SettlementMarks.Place)
    }

    /// Past so many, nothing may overtake anything until the oldest changes are written.
    static let maximum = 20_000

    private var newest: [Row: Int64] = [:]
    /// What the transaction under way writes ahead of others.
    private var uncommitted: [(row: Row, version: Int64)] = []
    /// The resets that it writes.
    private var uncommittedResets: [StateReset] = []

    /// Whether there is room for more.
    var isFull: Bool { newest.count >= Self.maximum }

    /// How many rows are known.
    var count: Int { newest.count }

    /// Whether a newer version of a row is on disk than that of a change of that number.
    func isStale(_ row: @autoclosure () -> Row, _ number: Int64) -> Bool {
        guard !newest.isEmpty else { return false }
        let row = row()
        if let version = newest[row], version > number { return true }
        guard case .state(let policyID, _) = row else { return false }
        return newest[.states(policyID: policyID)].map { $0 > number } ?? false
    }

    /// Whether a newer state of the key is on disk than one in a change of that number.
    func isStale(_ write: StateWrite, _ number: Int64) -> Bool {
        write.yieldsTo?.isWritten == true || isStale(write.row, number)
    }

    /// Notes a reset that was written: what is of before it is stale, also in this transaction.
    mutating func note(_ reset: StateReset) {
        reset.note(isWritten: true)
        uncommittedResets.append(reset)
    }

    /// Notes what a change writes that overtakes others.
    mutating func note(_ change: WaitingChange) {
        let rows =
            change.change.clearedPolicies.map { Row.states(policyID: $0) }
            + change.change.states.map(\.row) + change.change.settlements.map(\.row)
        uncommitted += rows.map { ($0, change.number) }
    }

    /// Ends a transaction: what it wrote counts only when it was committed.
    mutating func endTransaction(isCommitted: Bool) {
        if isCommitted { for (row, version) in uncommitted { newest[row] = version } }
        if !isCommitted { for reset in uncommittedResets { reset.note(isWritten: false) } }
        (uncommitted, uncommittedResets) = ([], [])
    }

    /// Forgets what is older than all that waits; everything when nothing does.
    mutating func forget(before oldestWaiting: Int64?) {
        guard !newest.isEmpty else { return }
        guard let oldestWaiting else { return newest = [:] }
        newest = newest.filter { $0.value > oldestWaiting }
    }
}

extension StateWrite {
    /// The row that it writes.
    var row: RowVersions.Row { .state(policyID: policyID, key: key) }
}

extension SettlementWrite {
    /// The row that it writes.
    var row: RowVersions.Row { .settlement(place) }
}
