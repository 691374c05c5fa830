import ControlPlane
import HTTPTypes
import Resilience

extension BulkheadReply {
    /// The answer to a call that asked, with its header fields.
    var acquireAnswer: AcquireAnswer {
        AcquireAnswer(
            isAllowed: isAllowed, retryAfter: denial?.retryAfter,
            headers: hasNoRoom
                ? [:] : RateLimitFields.slots(of: policy.name, limit: limit, free: free)
        ) { writer in
            writer.member("allowed", isAllowed)
            writer.member("permit", permit)
            writer.member("in_use", hasNoRoom ? nil : inUse)
            writer.member("limit", hasNoRoom ? nil : limit)
            writer.member("queued", hasNoRoom ? nil : queued)
            writer.member("expires_at", slot?.expiresAt.timestamp)
            writer.member("reason", reason)
            writer.member("retry_after_ms", denial?.retryAfter?.millisecondsRoundedUp)
            writer.members(of: policy, wouldAllow: wouldAllow)
        }
    }
}

extension BulkheadStatus {
    /// Writes the members of a key's state into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("name", policy.name)
        writer.member("key", key.text)
        writer.member("in_use", view.inUse)
        writer.member("limit", view.limit)
        writer.member("queued", queued)
        writer.name("holders")
        writer.array { writer in
            for slot in view.slots {
                writer.object { writer in
                    writer.member("holder", slot.holder)
                    writer.member("granted_at", slot.grantedAt.timestamp)
                    writer.member("expires_at", slot.expiresAt.timestamp)
                }
            }
        }
        writer.member("adaptive", adaptive.map { .object($0) } ?? .null)
    }

    private var adaptive: JSONObject? {
        view.algorithm.map { algorithm in
            [
                "algorithm": .string(algorithm.rawValue),
                "baseline_ms": view.baseline.map { .number($0.fractionalMilliseconds) } ?? .null,
            ]
        }
    }
}

extension Timespan {
    /// Milliseconds with their fraction, to the microsecond.
    fileprivate var fractionalMilliseconds: Double { Double(nanoseconds / 1000) / 1000 }
}

extension RateLimitFields {
    /// Both fields for a bulkhead, whose one item is called by its policy.
    static func slots(of policy: String, limit: Int64, free: Int64) -> HTTPFields {
        fields([
            Item(policy, quota: limit, "qu=\"concurrent-requests\"", remaining: free)
        ])
    }
}
