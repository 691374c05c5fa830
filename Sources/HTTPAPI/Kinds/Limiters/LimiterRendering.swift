import ControlPlane
import HTTPTypes
import Resilience

extension LimiterAnswer {
    /// Writes the members of the answer into the object that is open.
    func write(to writer: inout JSONWriter) {
        let figures = decision.tightest
        writer.member("allowed", isAllowed)
        writer.member("key", key.text)
        writer.member("tier", decision.tier)
        writer.member("cost", decision.cost)
        writer.member("limit", figures?.limit.capacity)
        writer.member("remaining", figures?.remaining)
        writer.member("reset_after_ms", figures?.reset.millisecondsRoundedUp)
        let denial = policy.mode == .disabled ? nil : decision.denial
        writer.member("retry_after_ms", denial?.retryAfter?.millisecondsRoundedUp)
        writer.member("reason", policy.mode == .disabled ? nil : reason)
        writer.member("waited_ms", waited.millisecondsRoundedUp)
        if isPaced { writer.member("delay_ms", delay?.milliseconds) }
        writer.members(of: policy, wouldAllow: wouldAllow)
        decision.limits.write(to: &writer)
    }

    /// The answer to a call that asked, with its header fields.
    var acquireAnswer: AcquireAnswer {
        AcquireAnswer(
            isAllowed: isAllowed, retryAfter: decision.denial?.retryAfter,
            headers: RateLimitFields.limits(of: decision)
        ) { write(to: &$0) }
    }
}

extension LimitFigures {
    /// Writes the members of one limit into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("quota", limit.quota)
        writer.member("period_ms", limit.calendar == nil ? limit.period.milliseconds : nil)
        if let calendar = limit.calendar { writer.member("calendar", calendar.rawValue) }
        writer.member("limit", limit.capacity)
        writer.member("remaining", remaining)
        writer.member("reset_after_ms", reset.millisecondsRoundedUp)
    }
}

extension [LimitFigures] {
    /// Writes all limits into the object that is open, where there are several.
    fileprivate func write(to writer: inout JSONWriter) {
        guard count > 1 else { return }
        writer.name("limits")
        writer.array { writer in
            for figures in self { writer.object { figures.write(to: &$0) } }
        }
    }
}

extension AccountFigures {
    /// Writes the members of a key's account into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("tier", tier)
        writer.member("limit", tightest?.limit.capacity)
        writer.member("remaining", tightest?.remaining)
        writer.member("reset_after_ms", tightest?.reset.millisecondsRoundedUp)
        limits.write(to: &writer)
    }
}

extension RateFigures {
    /// Writes the members of the answer to a duration into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("rate_per_second", shownRate)
        writer.member("samples", Int64(samples))
    }

    /// The rate to a thousand-millionth, so that what doubles cannot say exactly is not shown.
    fileprivate var shownRate: JSONValue {
        .number((perSecond * 1_000_000_000).rounded() / 1_000_000_000)
    }
}

extension HeavyHitter {
    /// Writes the members of the key into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("key", key.text)
        writer.member("count", count)
        writer.member("error", error)
    }
}

extension LimiterState {
    /// Writes what a key's state is to clients.
    static func write(
        _ answer: LimiterAnswer, _ assignment: Assignment?, _ rate: RateFigures?,
        to writer: inout JSONWriter
    ) {
        answer.write(to: &writer)
        if let rate { writer.member("rate_per_second", rate.shownRate) }
        writer.name("accounts")
        writer.array { writer in
            for account in answer.accounts { writer.object { account.write(to: &$0) } }
        }
        writer.member("assignment", assignment.map { .object($0.document) } ?? .null)
        writer.member(
            "next_token_after_ms", answer.decision.tightest?.nextToken?.millisecondsRoundedUp)
    }
}

extension RateLimitFields {
    /// Both fields for a decision, with an item for each limit, called by its tier.
    static func limits(of decision: LimiterDecision) -> HTTPFields {
        fields(
            decision.limits.enumerated().map { index, figures in
                let limit = figures.limit
                let seconds = limit.calendar == nil ? max(1, limit.period.secondsRoundedUp) : nil
                return Item(
                    index == 0 ? decision.tier : "\(decision.tier)-\(index + 1)",
                    quota: limit.quota, seconds.map { "w=\($0)" }, remaining: figures.remaining,
                    figures.nextToken.map { "t=\($0.secondsRoundedUp)" })
            })
    }
}
