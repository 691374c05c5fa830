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
        events.kind = query.text("kind")
        events.name = query.text("name")
        events.key = query.key("key")?.text
        events.type = query.text("type")
        events.actor = query.text("actor")
        events.traceID = query.text("trace_id")
        events.since = query.timestamp("since")
        events.until = query.timestamp("until")
        events.after = query.integer("after", in: 0...(.max))
        events.isAscending = query.choice("order", ["asc": true, "desc": false]) ?? false
        let limit = query.limit()
        if let cursor = query.cursor() {
            events.cursor = Int64(cursor)
            if events.cursor == nil { query.fault("cursor", "is no cursor of an answer") }
        }
        try query.finish()
        events.limit = limit
        let found = try await call.plane.eventPage(events)
        return Page(found.records, next: found.next.map { String($0) }).reply("events") {
            $1.value(.object($0.rendered))
        }
    }

    private func get(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        return Reply(try await call.plane.event(seq: call.integer("seq")).rendered)
    }
}
