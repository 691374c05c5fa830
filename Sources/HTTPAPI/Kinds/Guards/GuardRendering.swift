import ControlPlane
import HTTPTypes
import Resilience

extension GuardAnswer {
    /// The answer to a call that asked, with those of its parts where it is `explained`.
    func acquireAnswer(explained: Bool) -> AcquireAnswer {
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
            guard explained else { return }
            writer.name("steps")
            writer.array { writer in
                for step in steps { writer.object { step.write(to: &$0) } }
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
    /// Writes the members of a part's own answer into the object that is open, after whose it is.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.member("kind", policy.kind.singular)
        writer.member("name", policy.name)
        switch reply {
        case let answer as LimiterAnswer: answer.acquireAnswer.write(&writer)
        case let reply as BulkheadReply:
            writer.member("key", key.text)
            reply.acquireAnswer.write(&writer)
        case let reply as BreakerReply:
            writer.member("key", key.text)
            reply.acquireAnswer.write(&writer)
        default: break
        }
    }
}
