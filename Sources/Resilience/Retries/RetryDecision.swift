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
