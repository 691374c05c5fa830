public import Resilience

/// An outcome as it is reported.
public struct OutcomeReport: Sendable {
    /// How the call went.
    public var outcome: Outcome
    /// How long it took.
    public var duration: Timespan?
    /// Who tells.
    public var reporter: String?
    /// How many calls went so.
    public var count: Int64
    /// The HTTP status of a failure, where there was one.
    public var status: Int64?
    /// The name of a failure's error, where there was one.
    public var error: String?
    /// How long ago the first attempt began.
    public var elapsed = Timespan.zero
    /// What the answer's `Retry-After` said.
    public var retryAfter: RetryAfter?
    /// The delay before this attempt.
    public var previousDelay: Timespan?

    /// A report of that outcome.
    public init(
        _ outcome: Outcome, duration: Timespan? = nil, reporter: String? = nil, count: Int64 = 1
    ) {
        self.outcome = outcome
        self.duration = duration
        self.reporter = reporter
        self.count = count
    }

    /// It as the failure of that attempt, for whoever says whether it is tried again.
    func failure(of attempt: Int64, at now: Instant) -> FailedAttempt {
        var failed = FailedAttempt(
            attempt, status: status,
            error: outcome == .timeout ? ErrorName.timeout.rawValue : error)
        failed.elapsed = elapsed
        failed.previousDelay = previousDelay
        failed.retryAfter = retryAfter?.wait(at: now)
        return failed
    }
}

/// What came of a report.
public struct SettlementReply: Sendable {
    /// Why it was not counted; nil when it was.
    public let reason: UncountedReason?
    /// What its kind tells besides; nil where it tells nothing.
    public let detail: (any SettlementDetail)?
    /// Whether a guard gave the permit, whose answers say whether the call is tried again.
    public internal(set) var isOfGuard = false
    /// Whether, and when, the call is tried again; nil where nothing says it.
    public internal(set) var retry: (any SettlementDetail)?

    /// A reply of these; counted where there is no `reason`.
    init(reason: UncountedReason?, _ detail: (any SettlementDetail)? = nil) {
        self.reason = reason
        self.detail = detail
    }
}

/// What a kind tells of a report, or of the call that was reported.
public protocol SettlementDetail: Sendable {}
