/// How many retries all callers together may make: a part of the first attempts, and some that
/// are always granted, so that the budget of a quiet service is not nothing.
///
/// Retries multiply the load on a target exactly when it is failing. A budget bounds that: with a
/// ratio of 0.2 a target that answers nothing any more sees a fifth more calls, not three times
/// as many.
public struct RetryBudgetSpec: SpecObject {
    /// How many retries each first attempt pays for.
    public var ratio = 0.2
    /// How many are granted each second besides.
    public var minimumPerSecond = 10.0
    /// How far back first attempts and retries count.
    public var window = Timespan.seconds(10)

    public init() {}

    public static let fields: [Field<RetryBudgetSpec>] = [
        Field(
            "ratio", \.ratio, .number(Bounds.rates),
            "How many retries each first attempt pays for."),
        Field(
            "min_per_second", \.minimumPerSecond, .number(Bounds.perSecond),
            "How many retries are granted a second besides, over the whole window."),
        Field(
            "window_ms", \.window, .milliseconds(Bounds.slicedWindowsMilliseconds),
            "How far back attempts count: for more than 0.9 and at most all of it."),
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard ratio.billionths == 0, retries(per: 0) == 0 else { return }
        reader.fault(
            pointer.appending("min_per_second"),
            "must come to a retry in window_ms, since with a ratio of 0 there is no other")
    }

    /// How many retries so many first attempts allow: ratio × first attempts + retries a second ×
    /// window, rounded down.
    ///
    /// Both figures count as the decimals that they are written as, to nine places, and all is
    /// reckoned in integers, so that 0.29 of 100 is 29; as doubles it would be a little less.
    func retries(per firstAttempts: Int64) -> Int64 {
        let milliseconds = Int128(window.milliseconds)
        let paid = Int128(ratio.billionths) * Int128(firstAttempts) * 1000
        let free = Int128(minimumPerSecond.billionths) * milliseconds
        return Int64(clamping: (paid + free) / (Int128(1.0.billionths) * 1000))
    }
}

/// The first attempts and the retries of all callers of late.
public struct RetryBudgetState: EpisodicState, Equatable, Sendable {
    /// What was counted; nil before anything was.
    private var window: SlicedWindow<RetryCounts>?
    /// The present run of refused retries.
    public var episode: DenialEpisode?

    public init(at now: Instant) {}

    /// Counts first attempts.
    public mutating func note(
        firstAttempts count: Int64 = 1, _ budget: RetryBudgetSpec, at now: Instant
    ) {
        fit(to: budget)
        window?.count(at: now) { $0.firstAttempts = CallCounts.sum($0.firstAttempts, count) }
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
        let counts = window?.duration == budget.window ? window?.counts(at: now) : nil
        let (firstAttempts, retries) = (counts?.firstAttempts ?? 0, counts?.retries ?? 0)
        return RetryBudgetView(
            firstAttempts: firstAttempts, retries: retries,
            allowed: budget.retries(per: firstAttempts))
    }

    /// Whether it is that of a budget that nobody has used.
    public func isFresh(_ budget: RetryBudgetSpec?, at now: Instant) -> Bool {
        guard episode == nil else { return false }
        guard let budget, let window, window.duration == budget.window else { return true }
        return window.counts(at: now) == RetryCounts()
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
            guard let window = SlicedWindow<RetryCounts>(snapshot: document) else { return nil }
            self.window = window
        }
        if let snapshot = document["episode"] {
            guard let episode = DenialEpisode(snapshot: snapshot) else { return nil }
            self.episode = episode
        }
    }
}

/// First attempts and retries.
private struct RetryCounts: SliceCounts {
    var firstAttempts: Int64 = 0
    var retries: Int64 = 0

    init() {}

    init?(_ counts: ArraySlice<Int64>) {
        let counts = Array(counts)
        guard counts.count == 2, counts.allSatisfy(CallCounts.counts.contains) else { return nil }
        (firstAttempts, retries) = (counts[0], counts[1])
    }

    var snapshot: [JSONValue] { [.integer(firstAttempts), .integer(retries)] }

    static func + (left: Self, right: Self) -> RetryCounts {
        var sum = left
        sum.firstAttempts = CallCounts.sum(left.firstAttempts, right.firstAttempts)
        sum.retries = CallCounts.sum(left.retries, right.retries)
        return sum
    }
}

/// How a retry budget stands.
public struct RetryBudgetView: Equatable, Sendable {
    /// The first attempts in the window.
    public let firstAttempts: Int64
    /// The retries that were granted in the window.
    public let retries: Int64
    /// How many may be granted in the window.
    public let allowed: Int64
    /// How many may still be granted.
    public var remaining: Int64 { max(0, allowed - retries) }
}
