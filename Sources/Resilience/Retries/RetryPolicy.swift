/// The spec of a retry policy: whether a failed call is tried again, and when.
public struct RetryPolicy: PolicySpec {
    /// How often it is tried in all, the first call included.
    public var maximumAttempts: Int64 = 3
    /// How the delay grows.
    public var backoff = BackoffShape.exponential
    /// The delay after the first attempt, where it is told.
    var initialDelayTold: Timespan?
    /// The longest delay, where it is told.
    var maximumDelayTold: Timespan?
    /// What an exponential delay is multiplied by.
    public var multiplier = 2.0
    /// What a linear delay grows by.
    public var increment: Timespan?
    /// How the delay is spread; nil for decorrelated delays, which are spread by themselves.
    public var jitter: Jitter?
    /// How far it is spread with jitter `factor`.
    public var jitterFactor = 0.1
    /// How long after the first call the last retry may begin; nil for ever.
    public var maximumElapsed: Timespan?
    /// The failures that are tried again.
    public var retryOn = FailureTypes.transient
    /// The failures that never are, whatever `retry_on` says.
    public var neverOn = FailureTypes.permanent
    /// Whether a server that says when to come back is listened to.
    public var honorsRetryAfter = true
    /// How many retries all callers together may make; nil for any number.
    public var budget: RetryBudgetSpec?

    public init() {}

    /// The delay after the first attempt.
    public var initialDelay: Timespan {
        get { initialDelayTold ?? min(.milliseconds(100), maximumDelayTold ?? .seconds(10)) }
        set { initialDelayTold = newValue }
    }

    /// The longest delay. Where it is not told it is no shorter than the first delay, which
    /// somebody may have made long.
    public var maximumDelay: Timespan {
        get { maximumDelayTold ?? max(.seconds(10), initialDelay) }
        set { maximumDelayTold = newValue }
    }

    public static let fields: [Field<RetryPolicy>] =
        attemptFields + delayFields + failureFields + [
            Field(
                "budget", \.budget, .object, showsNull: true,
                "How many retries all callers together may make.")
        ]

    private static let attemptFields: [Field<RetryPolicy>] = [
        Field(
            "max_attempts", \.maximumAttempts, .integer(Bounds.counts),
            variable: "RETRY_MAX_ATTEMPTS",
            "How often a call is tried in all, the first time included.")
    ]

    private static let delayFields: [Field<RetryPolicy>] = [
        Field("backoff", \.backoff, .choice, "How the delay grows with the attempts."),
        Field(
            "initial_delay_ms", \.initialDelayTold, .milliseconds(Bounds.delaysMilliseconds),
            defaultNote: "100, or `max_delay_ms` if that is less",
            variable: "RETRY_INITIAL_DELAY_MS", "The delay after the first attempt."),
        Field(
            "max_delay_ms", \.maximumDelayTold, .milliseconds(Bounds.delaysMilliseconds),
            defaultNote: "10000, or `initial_delay_ms` if that is more",
            variable: "RETRY_MAX_DELAY_MS", "The longest delay, jitter included."),
        Field(
            "multiplier", \.multiplier, .number(Bounds.multipliers),
            variable: "RETRY_BACKOFF_MULTIPLIER", "What an exponential delay is multiplied by."),
        Field(
            "increment_ms", \.increment, .milliseconds(Bounds.delaysMilliseconds),
            defaultNote: "`initial_delay_ms`, for `linear`", showsNull: true,
            "What a linear delay grows by."),
        Field(
            "jitter", \.jitter, .choice, defaultNote: "`full`, except for `decorrelated`",
            "How the delay is spread."),
        Field(
            "jitter_factor", \.jitterFactor, .number(0...1),
            "How far the delay is spread with jitter `factor`."),
    ]

    private static let failureFields: [Field<RetryPolicy>] = [
        Field(
            "max_elapsed_ms", \.maximumElapsed, .milliseconds(Bounds.delaysMilliseconds),
            showsNull: true, "How long after the first call the last retry may begin."),
        Field("retry_on", \.retryOn, .object, "The failures that are tried again."),
        Field(
            "never_on", \.neverOn, .object,
            "The failures that are never tried again, whatever `retry_on` says."),
        Field(
            "honor_retry_after", \.honorsRetryAfter, .flag,
            "Whether a server that says when to come back is listened to."),
    ]

    /// A multiplier that the environment says for retries in general is not meant for delays that
    /// are not multiplied.
    public static func ignoredVariables(in members: JSONObject) -> [String] {
        isMultiplied(members) ? [] : ["RETRY_BACKOFF_MULTIPLIER"]
    }

    /// Whether delays are multiplied by a spec of these members, as far as it says.
    static func isMultiplied(_ members: JSONObject) -> Bool {
        let backoff = members["backoff"]?.string.flatMap(BackoffShape.init)
        return backoff == nil || backoff == .exponential
    }

    public static let decisiveMembers: Set<String>? = [
        "backoff", "initial_delay_ms", "max_delay_ms", "jitter",
    ]

    public mutating func fillDependentDefaults() {
        (initialDelay, maximumDelay) = (initialDelay, maximumDelay)
        if backoff == .linear { increment = increment ?? initialDelay }
        if backoff != .decorrelated { jitter = jitter ?? .full }
        retryOn = retryOn.completed(by: .transient)
        neverOn = neverOn.completed(by: .permanent)
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if increment != nil, backoff != .linear {
            reader.fault(pointer.appending("increment_ms"), "needs backoff linear")
        }
        if backoff == .decorrelated, let jitter, jitter != .off {
            reader.fault(pointer.appending("jitter"), "cannot stand beside backoff decorrelated")
        }
        checkFigures(at: pointer, &reader)
        checkDelays(at: pointer, &reader)
    }

    /// A figure that nothing is reckoned with would be ignored. Its default says nothing, and may
    /// be there, as it is in the effective spec.
    private func checkFigures(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if multiplier != Self().multiplier, backoff != .exponential {
            reader.fault(pointer.appending("multiplier"), "needs backoff exponential")
        }
        if jitterFactor != Self().jitterFactor, jitter != .factor {
            reader.fault(pointer.appending("jitter_factor"), "needs jitter factor")
        }
    }

    /// Notes that the first delay could never be waited for, and the variables of the environment
    /// that say so where the spec does not.
    private func checkDelays(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard maximumDelay < initialDelay else { return }
        let told = [
            ("RETRY_INITIAL_DELAY_MS", initialDelay), ("RETRY_MAX_DELAY_MS", maximumDelay),
        ]
        let variables = told.filter { reader.variables[$0]?.integer == $1.milliseconds }.map(\.0)
        let hint =
            variables.isEmpty ? "" : "; see the variable " + variables.joined(separator: " and ")
        reader.fault(
            pointer.appending("max_delay_ms"),
            "must be at least initial_delay_ms (\(initialDelay.milliseconds))" + hint)
    }
}

extension Kind {
    /// Whether a failed call is tried again.
    public static let retry = Kind(singular: "retry", plural: "retries")
}

extension RetryPolicy {
    public static let kind = Kind.retry

    public static let events = RetryEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "retry", order: 50, hasKey: false,
        "The retry policy that says whether a failed call is tried again.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`retry_on` and `never_on`", FailureTypes.self),
            SpecTable("`budget`", RetryBudgetSpec.self),
        ]
    }
}

/// What can happen to a retry policy.
public enum RetryEvent: String, EventName {
    case exhausted
    case budgetExhausted = "budget_exhausted"
    case budgetRecovered = "budget_recovered"
    case reset

    public static let family = Kind.retry.singular
}

extension Bounds {
    /// Statuses and names of errors that a retry policy lists.
    public static let failureTypes = 100
    /// Which attempt of a call it is: more than any policy grants, so that whoever goes on all the
    /// same is told that it is exhausted.
    public static let attempts: ClosedRange<Int64> = 1...2_147_483_647
    /// Delays told of a retry policy in advance.
    public static let scheduledDelays = 100
    /// The longest that a `Retry-After` is taken for: a hundred years.
    public static let retryAfter = Timespan.days(36_600)
}
