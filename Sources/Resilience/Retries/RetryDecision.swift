/// A call that failed, as its caller reports it.
public struct FailedAttempt: Equatable, Sendable {
    /// Which attempt it was, the first call being 1.
    public var attempt: Int64
    /// The HTTP status, where there was one.
    public var status: Int64?
    /// The name of the error, where there was one.
    public var error: String?
    /// How long ago the first call began.
    public var elapsed = Timespan.zero
    /// How long the server asked to wait.
    public var retryAfter: Timespan?
    /// The delay before this attempt.
    public var previousDelay: Timespan?

    /// That attempt n failed.
    public init(_ attempt: Int64, status: Int64? = nil, error: String? = nil) {
        self.attempt = attempt
        self.status = status
        self.error = error
    }
}

/// Whether, and when, a failed call is tried again.
public struct RetryDecision: Equatable, Sendable {
    /// Why, or why not.
    public let reason: RetryReason
    /// How long to wait; nil when it is not tried again.
    public let delay: Timespan?
    /// The number of the attempt after that; nil when there is none.
    public let nextAttempt: Int64?
    /// How many attempts remain after the next one.
    public let attemptsLeft: Int64

    /// Whether it is tried again.
    public var retries: Bool { delay != nil }

    /// The same decision where the budget has no state to be asked: as the policy has it then.
    public func withoutBudget(isAllowed: Bool) -> RetryDecision {
        guard isAllowed else { return .no(.tooManyKeys) }
        return RetryDecision(
            reason: .tooManyKeys, delay: delay, nextAttempt: nextAttempt,
            attemptsLeft: attemptsLeft)
    }

    /// No, for that reason.
    static func no(_ reason: RetryReason) -> RetryDecision {
        RetryDecision(reason: reason, delay: nil, nextAttempt: nil, attemptsLeft: 0)
    }
}

extension RetryPolicy {
    /// Decides whether a failed call is tried again. Of several reasons against it the first is
    /// told, in the order of the cases of ``RetryReason``.
    ///
    /// - Parameter random: evenly distributed in [0, 1).
    public func decide(_ failed: FailedAttempt, random: Double) -> RetryDecision {
        guard retryOn.contains(status: failed.status, error: failed.error),
            !neverOn.contains(status: failed.status, error: failed.error)
        else { return .no(.notRetryable) }
        guard failed.attempt < maximumAttempts else { return .no(.exhausted) }
        let retryAfter = honorsRetryAfter ? failed.retryAfter ?? .zero : .zero
        let own = delay(after: failed.attempt, previous: failed.previousDelay, random: random)
        let delay = max(own, retryAfter)
        if let maximumElapsed, failed.elapsed + delay > maximumElapsed { return .no(.deadline) }
        guard retryAfter <= maximumDelay else { return .no(.retryAfterTooLong) }
        return RetryDecision(
            reason: .retryable, delay: delay, nextAttempt: failed.attempt + 1,
            attemptsLeft: maximumAttempts - failed.attempt - 1)
    }

    /// Decides as ``decide(_:random:)`` does, and then asks the budget, where there is one: a
    /// retry that nothing else speaks against is counted, or refused.
    public func decide(
        _ failed: FailedAttempt, random: Double, budget state: inout RetryBudgetState,
        at now: Instant
    ) -> RetryDecision {
        let decision = decide(failed, random: random)
        guard decision.retries, let budget else { return decision }
        return state.grant(budget, at: now) ? decision : .no(.budgetExhausted)
    }
}

/// Why a call is tried again, or not.
public enum RetryReason: String, Sendable {
    case retryable
    /// Neither its status nor its error is to be tried again.
    case notRetryable = "not_retryable"
    /// It was tried as often as it may be.
    case exhausted
    /// The retry would begin too late.
    case deadline
    /// The server asks for a longer wait than the policy allows.
    case retryAfterTooLong = "retry_after_too_long"
    /// All callers together have retried as often as they may.
    case budgetExhausted = "budget_exhausted"
    /// The budget could not be asked, since more keys have a state than may.
    case tooManyKeys = "too_many_keys"
}
