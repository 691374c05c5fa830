import Resilience

/// The first attempts and retries of a retry policy, kept in the simplest way: as lists of the
/// tenths of the window that they fell into.
struct BudgetLedger {
    private let slice: Int64
    private var firsts: [Int64] = []
    private var retries: [Int64] = []

    /// A ledger for a window of so many milliseconds.
    init(windowMs: Int64) { slice = windowMs * 100_000 }

    mutating func noteFirst(at now: Instant) { firsts.append(now.nanoseconds / slice) }

    mutating func noteRetry(at now: Instant) { retries.append(now.nanoseconds / slice) }

    /// How many of both are in the window.
    func counts(at now: Instant) -> [Int64] {
        let oldest = now.nanoseconds / slice - 9
        return [firsts, retries].map { list in Int64(list.count { $0 >= oldest }) }
    }
}
