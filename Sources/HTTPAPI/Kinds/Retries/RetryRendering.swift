import ControlPlane
import Resilience

extension RetryReply {
    /// Writes the members of the answer into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("retry", decision.retries)
        writer.member("delay_ms", decision.delay?.milliseconds)
        writer.member("next_attempt", decision.nextAttempt)
        writer.member("attempts_left", decision.attemptsLeft)
        writer.member("reason", decision.reason.rawValue)
        writer.member("policy_version", policy.version)
        guard policy.mode == .shadow else { return }
        writer.member("shadow", true)
        writer.member("would_allow", wouldRetry)
    }
}

extension RetryBudgetView {
    /// The figures as a document.
    var document: JSONObject {
        [
            "first_attempts": .integer(firstAttempts), "retries": .integer(retries),
            "allowed": .integer(allowed), "remaining": .integer(remaining),
        ]
    }
}
