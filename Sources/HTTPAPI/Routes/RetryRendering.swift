import ControlPlane
import Resilience

extension RetryDecision {
    /// Writes the members of the answer into the object that is open.
    func write(_ policy: PolicyEntry, to writer: inout JSONWriter) {
        writer.member("retry", retries)
        writer.member("delay_ms", delay?.milliseconds)
        writer.member("next_attempt", nextAttempt)
        writer.member("attempts_left", attemptsLeft)
        writer.member("reason", reason.rawValue)
        writer.member("policy_version", policy.version)
    }
}
