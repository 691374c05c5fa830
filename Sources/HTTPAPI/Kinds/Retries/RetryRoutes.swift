import ControlPlane
import HTTPTypes
import Resilience

/// What retries have besides what all kinds have.
struct RetryRoutes: SharedStateKind {
    static let kind = RetryPolicy.kind

    var endpoints: [Endpoint] {
        let one = "/v1/retries/{name}"
        return [
            .decide(.post, "\(one)/next", takesKey: true, next), .read("\(one)/schedule", schedule),
            .decide(.post, "\(one)/outcomes", takesKey: true, record),
        ]
    }

    private func next(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let body: RetryBody = try call.read()
        let reply = try call.plane.retries.next(
            call.name, attempt: body.attempt, body.failed, by: call.caller)
        return .object { reply.write(to: &$0) }
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
        let reason = try call.plane.retries.record(
            call.name, body.call.outcome, attempts: body.attempts, by: call.caller)
        return .object { writer in
            writer.member("counted", reason == nil)
            writer.member("reason", reason)
        }
    }

    // MARK: SharedStateKind

    func sharedState(_ plane: Plane, _ name: String) throws -> RenderedState {
        let budget = try plane.retries.budget(name)
        return RenderedState(key: "") { writer in
            writer.member("name", name)
            writer.member("key", "")
            writer.member("budget", budget.map { .object($0.document) } ?? .null)
        }
    }

    func keys(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        try plane.retries.keys(name, after: cursor, limit: limit)
    }

    func resetAll(
        _ plane: Plane, _ name: String, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await plane.retries.reset(name, reason: reason, by: caller)
    }

    func stats(_ plane: Plane, _ name: String) throws -> KindStats {
        try plane.retries.stats(name)
    }
}
