import ControlPlane
import HTTPTypes
import Resilience

extension GuardAnswer {
    /// The answer to a call that asked, with those of its parts where there are `kinds` to write
    /// them.
    func acquireAnswer(explainedBy kinds: APIKinds?) -> AcquireAnswer {
        AcquireAnswer(isAllowed: isAllowed, retryAfter: retryAfter) { writer in
            writer.member("allowed", isAllowed)
            writer.member("permit", permit)
            writer.name("denied_by")
            writer.value(deniedBy.map { .object($0.document) } ?? .null)
            writer.member("retry_after_ms", retryAfter?.millisecondsRoundedUp)
            writer.member("waited_ms", waited.millisecondsRoundedUp)
            if isPaced { writer.member("delay_ms", delay?.milliseconds) }
            writer.member("timeout_ms", timeout?.millisecondsRoundedUp)
            writer.name("fallback")
            if let fallback {
                writer.object { fallback.write(to: &$0) }
            } else {
                writer.value(.null)
            }
            writer.name("cached")
            writer.value(.null)
            writer.members(of: policy, wouldAllow: deniedBy == nil)
            guard let kinds else { return }
            writer.name("steps")
            writer.array { writer in
                for step in steps { writer.object { step.write(kinds, to: &$0) } }
            }
        }
    }
}

extension GuardDenial {
    fileprivate var document: JSONObject {
        [
            "kind": .string(policy.kind.singular), "name": .string(policy.name),
            "reason": .string(reason),
        ]
    }
}

extension GuardStep {
    /// Writes whose it is into the object that is open, and what the part's kind says of it.
    fileprivate func write(_ kinds: APIKinds, to writer: inout JSONWriter) {
        writer.member("kind", policy.kind.singular)
        writer.member("name", policy.name)
        kinds[policy.kind]?.write(self, to: &writer)
    }
}
