/// The first attempts and the retries of all callers of late.
public struct RetryBudgetState: EpisodicState, Equatable, Sendable {
    /// What was counted; nil before anything was.
    private var window: SlicedWindow<RetryTally>?
    /// The present run of refused retries.
    public var episode: DenialEpisode?

    public init(at now: Instant) {}

    /// Counts first attempts.
    public mutating func note(
        firstAttempts count: Int64 = 1, _ budget: RetryBudgetSpec, at now: Instant
    ) {
        fit(to: budget)
        window?.count(at: now) { $0.firstAttempts = CallTally.sum($0.firstAttempts, count) }
    }

    /// Grants a retry, and counts it, where the budget has one left.
    ///
    /// - Returns: Whether it did.
    public mutating func grant(_ budget: RetryBudgetSpec, at now: Instant) -> Bool {
        guard view(budget, at: now).remaining > 0 else { return false }
        fit(to: budget)
        window?.count(at: now) { $0.retries += 1 }
        return true
    }

    /// How the budget stands.
    public func view(_ budget: RetryBudgetSpec, at now: Instant) -> RetryBudgetView {
        let tally = window?.duration == budget.window ? window?.tally(at: now) : nil
        let (firstAttempts, retries) = (tally?.firstAttempts ?? 0, tally?.retries ?? 0)
        return RetryBudgetView(
            firstAttempts: firstAttempts, retries: retries,
            allowed: budget.retries(per: firstAttempts))
    }

    /// Whether it is that of a budget that nobody has used.
    public func isFresh(_ budget: RetryBudgetSpec?, at now: Instant) -> Bool {
        guard episode == nil else { return false }
        guard let budget, let window, window.duration == budget.window else { return true }
        return window.tally(at: now) == RetryTally()
    }

    /// A window of another length begins empty.
    private mutating func fit(to budget: RetryBudgetSpec) {
        if window?.duration != budget.window { window = SlicedWindow(duration: budget.window) }
    }
}

extension RetryBudgetState: Snapshot {
    public var snapshot: JSONValue {
        var document = window?.snapshot ?? [:]
        if let episode { document["episode"] = episode.snapshot }
        return .object(document)
    }

    public var snapshotSize: Int { 128 + 48 * (window?.slices.count ?? 0) }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object else { return nil }
        if document["duration"] != nil {
            guard let window = SlicedWindow<RetryTally>(snapshot: document) else { return nil }
            self.window = window
        }
        if let snapshot = document["episode"] {
            guard let episode = DenialEpisode(snapshot: snapshot) else { return nil }
            self.episode = episode
        }
    }
}

/// First attempts and retries.
private struct RetryTally: SliceTally {
    var firstAttempts: Int64 = 0
    var retries: Int64 = 0

    init() {}

    init?(_ counts: ArraySlice<Int64>) {
        let counts = Array(counts)
        guard counts.count == 2, counts.allSatisfy(CallTally.counts.contains) else { return nil }
        (firstAttempts, retries) = (counts[0], counts[1])
    }

    var snapshot: [JSONValue] { [.integer(firstAttempts), .integer(retries)] }

    static func + (left: Self, right: Self) -> RetryTally {
        var sum = left
        sum.firstAttempts = CallTally.sum(left.firstAttempts, right.firstAttempts)
        sum.retries = CallTally.sum(left.retries, right.retries)
        return sum
    }
}
