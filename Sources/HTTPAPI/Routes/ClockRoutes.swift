import ControlPlane
import HTTPTypes
import Resilience

/// The time, and moving it where it is manual.
struct ClockRoutes {
    var endpoints: [Endpoint] {
        [.read("/v1/clock", get), .admin(.post, "/v1/clock/advance", advance)]
    }

    private func get(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        return reply(call.plane.now, call.plane)
    }

    private func advance(_ call: Call) async throws -> Reply {
        // There is nothing here then, whatever is asked of it.
        try call.plane.requireManualClock()
        try call.refuseQuery()
        let body: AdvanceBody = try call.read()
        return reply(try await call.plane.advance(by: body.span), call.plane)
    }

    private func reply(_ now: Instant, _ plane: Plane) -> Reply {
        Reply([
            "now_at": .string(now.timestamp),
            "mode": .string(plane.hasManualClock ? "manual" : "system"),
        ])
    }
}

/// How far to move the clock.
struct AdvanceBody: SpecObject {
    var span = Timespan.zero

    static let fields: [Field<AdvanceBody>] = [
        Field(
            "ms", \.span, .milliseconds(0...Bounds.advanceMilliseconds), isRequired: true,
            "How far, in milliseconds.")
    ]
}
