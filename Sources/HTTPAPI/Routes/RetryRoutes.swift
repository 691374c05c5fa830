import ControlPlane
import HTTPTypes
import Resilience

/// What retries have besides what all kinds have.
struct RetryRoutes {
    var endpoints: [Endpoint] {
        let one = "/v1/retries/{name}"
        return [
            .decide(.post, "\(one)/next", takesKey: true, next), .read("\(one)/schedule", schedule),
            .decide(.post, "\(one)/outcomes", takesKey: true, record), .read("\(one)/stats", stats),
        ]
    }

    private func next(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let body: RetryBody = try call.read()
        let (decision, policy) = try call.plane.retries.next(
            call.name, body.failed, retryAfter: body.retryAfter)
        return .object { decision.write(policy, to: &$0) }
    }

    private func schedule(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let (delays, policy) = try call.plane.retries.schedule(call.name)
        return .object { writer in
            writer.member("name", policy.name)
            writer.name("delays")
            writer.array { writer in
                for delay in delays {
                    writer.value([
                        "attempt": .integer(delay.attempt),
                        "delay_ms": .integer(delay.delay.milliseconds),
                        "min_ms": .integer(delay.shortest.milliseconds),
                        "max_ms": .integer(delay.longest.milliseconds),
                    ])
                }
            }
            writer.member("policy_version", policy.version)
        }
    }

    private func record(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let body: RetryOutcomeBody = try call.read()
        try call.plane.retries.record(
            call.name, succeeded: body.outcome == .success, attempts: body.attempts,
            by: call.caller)
        return Reply(["counted": true])
    }

    private func stats(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        return try call.plane.retries.stats(name).reply(name, since: call.plane.startedAt)
    }
}
