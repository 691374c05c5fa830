import ControlPlane
import HTTPTypes
import Resilience

extension BreakerReply {
    /// The answer to a call that asked.
    var acquireAnswer: AcquireAnswer {
        let denial = decision?.denial
        return AcquireAnswer(isAllowed: isAllowed, retryAfter: denial?.retryAfter) { writer in
            writer.member("allowed", isAllowed)
            writer.member("state", hasNoRoom ? nil : position.rawValue)
            writer.member("permit", permit)
            writer.member("reason", reason)
            writer.member("retry_after_ms", denial?.retryAfter?.millisecondsRoundedUp)
            writer.member("generation", hasNoRoom ? nil : generation)
            writer.members(of: policy, wouldAllow: wouldAllow)
        }
    }
}

extension BreakerView {
    /// Writes the members of a key's state into the object that is open.
    func write(
        _ name: String, _ key: ExactString, wouldAllow: Bool? = nil, to writer: inout JSONWriter
    ) {
        writer.member("name", name)
        writer.member("key", key.text)
        writer.member("state", position.rawValue)
        writer.member("since_at", since.timestamp)
        writer.member("generation", generation)
        let wouldAllow = wouldAllow ?? self.wouldAllow
        writer.member("would_allow", wouldAllow)
        let wait = wouldAllow ? nil : denial?.retryAfter?.millisecondsRoundedUp
        writer.member("retry_after_ms", wait)
        writer.member("failure_rate", figures.failureRate.map { .number($0) } ?? .null)
        writer.member("slow_rate", figures.slowRate.map { .number($0) } ?? .null)
        writer.member("counts", .object(figures.counts.document))
        writer.member(
            "half_open",
            [
                "in_flight": .integer(probesInFlight), "successes": .integer(probeSuccesses),
                "permits": .integer(halfOpenPermits),
            ])
        writer.member("consecutive_failures", figures.consecutiveFailures)
        writer.member("times_opened", timesOpened)
        writer.member("last_failure_at", lastFailureAt?.timestamp)
        writer.member("forced_until_at", forcedUntil?.timestamp)
    }
}

extension BreakerSettlement: SettlementState {
    var state: String { position.rawValue }

    var caused: JSONObject? {
        transition.map {
            [
                "from": .string($0.from.rawValue), "to": .string($0.to.rawValue),
                "reason": .string($0.reason.rawValue),
            ]
        }
    }
}
