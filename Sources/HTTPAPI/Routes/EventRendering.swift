import Resilience
import Store

extension EventRecord {
    /// The event as clients read it.
    var rendered: JSONObject {
        [
            "seq": .integer(seq), "at": .string(event.at.timestamp), "type": .string(event.type),
            "kind": JSONValue(event.kind), "name": JSONValue(event.name),
            "key": JSONValue(event.key), "actor": .string(event.actor),
            "trace_id": JSONValue(event.traceID),
            "policy_version": JSONValue(event.policyVersion), "reason": JSONValue(event.reason),
            "data": .object(event.data ?? [:]),
        ]
    }
}
