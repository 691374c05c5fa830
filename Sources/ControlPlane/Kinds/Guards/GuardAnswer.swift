public import Resilience

/// A call that asks a guard.
public struct GuardRequest: Sendable {
    /// What the keys of the parts are made of.
    public var attributes: [String: String]
    /// What it costs with each limiter; 0 looks.
    public var cost: Int64
    /// Which attempt it is, the first being 1.
    public var attempt: Int64
    /// How long it would wait to be allowed.
    public var wait: Timespan
    /// Who asks.
    public var reporter: String?

    /// A call with these attributes.
    public init(
        attributes: [String: String] = [:], cost: Int64 = 1, attempt: Int64 = 1,
        wait: Timespan = .zero, reporter: String? = nil
    ) {
        self.attributes = attributes
        self.cost = cost
        self.attempt = attempt
        self.wait = wait
        self.reporter = reporter
    }
}

/// A guard's answer to a call.
public struct GuardAnswer: Sendable {
    /// What each part that decides says, in the order in which they are asked; nothing where the
    /// guard is disabled.
    public let steps: [GuardStep]
    /// The first part that denies the call, whatever the guard's mode is.
    public let deniedBy: GuardDenial?
    /// The shortest wait after which the call would be allowed; nil when it is or none is known.
    public let retryAfter: Timespan?
    /// What the outcome is settled with; nil for a denied call.
    public internal(set) var permit: String?
    /// That permit.
    var granted: Permit?
    /// How long the call may take; nil where no policy says it.
    public let timeout: Timespan?
    /// What stands in for the call's answer when it is denied or fails; nil where nothing does.
    public let fallback: FallbackStrategy?
    /// How long the call waited.
    public internal(set) var waited = Timespan.zero
    /// Takes back what the call was charged, when nobody is there to have it any more.
    var revert: (@Sendable () async -> Void)?
    /// The policy that decided.
    public let policy: PolicyEntry

    /// Whether the call may go on: the parts allow it, or the guard does not enforce them.
    public var isAllowed: Bool { deniedBy == nil || policy.mode != .enforce }

    /// How long an allowed call is to wait before it is made, where limiters pace it: the longest
    /// of them; nil where none does, or the call is denied.
    public var delay: Timespan? {
        guard isAllowed, isPaced else { return nil }
        return steps.filter(\.answer.isPaced).compactMap(\.answer.delay).max()
    }

    /// Whether a limiter of the guard paces calls.
    public var isPaced: Bool { steps.contains(where: \.answer.isPaced) }
}

/// What is counted of a guard.
enum GuardCount: Int, CountedFigure {
    case allowed, denied, waited, successes, failures, ignored
}
