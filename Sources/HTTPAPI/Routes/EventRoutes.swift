import ControlPlane
import HTTPTypes
import Resilience
import Store

/// The history.
struct EventRoutes {
    var endpoints: [Endpoint] {
        [.read("/v1/events", list), .read("/v1/events/{seq}", get)]
    }

    private func list(_ call: Call) async throws -> Reply {
        var query = call.query
        var events = EventQuery()
        events.kind = query.kind(among: call.plane.policies.types)?.singular
        events.name = query.text("name")
        events.key = query.key("key")?.text
        events.type = query.eventTypes(among: call.plane.policies.types)
        events.actor = query.text("actor")
        events.traceID = query.text("trace_id")
        events.since = query.timestamp("since")
        events.until = query.timestamp("until")
        events.after = query.integer("after", in: 0...(.max))
        events.isAscending = query.choice("order", ["asc": true, "desc": false]) ?? false
        let limit = query.limit()
        // The other order is another list.
        let list = call.path + (events.isAscending ? "?order=asc" : "")
        events.cursor = query.cursor(of: list).flatMap { Int64($0) }
        try query.finish()
        events.limit = limit
        let found = try await call.plane.eventPage(events)
        return Page(found.records, of: list, next: found.next.map { String($0) }) {
            String($0.seq)
        }.reply("events") {
            $1.value(.object($0.rendered))
        }
    }

    private func get(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        return Reply(try await call.plane.event(seq: call.integer("seq")).rendered)
    }
}

extension Query {
    /// Takes types of events: some with commas between them, each whole or `family.*`.
    fileprivate mutating func eventTypes(among kinds: [any PolicySpec.Type]) -> String? {
        guard let text = text("type") else { return nil }
        for type in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let fault = EventType.fault(of: String(type), among: kinds) else { continue }
            self.fault("type", fault)
            return nil
        }
        return text
    }
}

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
