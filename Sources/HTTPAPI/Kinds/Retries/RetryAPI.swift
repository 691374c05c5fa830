import ControlPlane
import HTTPTypes
import Resilience

/// Retries over HTTP.
struct RetryAPI: StatefulKind {
    let kind = RetryPolicy.kind

    func policies(in plane: Plane) -> Retries { plane.retries }

    var endpoints: [Endpoint] {
        [
            .decide(.post, "\(path)/next", takesKey: true, next),
            .read("\(path)/schedule", schedule),
            .decide(.post, "\(path)/outcomes", takesKey: true, record),
        ]
    }

    private func next(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: RetryBody = try call.read()
        let reply = try await call.plane.retries.next(
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

    private func record(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: RetryOutcomeBody = try call.read()
        let reason = try await call.plane.retries.record(
            call.name, body.call.outcome, attempts: body.attempts, by: call.caller)
        return .object { writer in
            writer.member("counted", reason == nil)
            writer.member("reason", reason)
        }
    }

    // MARK: StatefulKind

    let stateKeys = StateKeys.shared

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let budget = try plane.retries.budget(name)
        return RenderedState { writer in
            writer.member("name", name)
            writer.member("key", "")
            writer.member("budget", budget.map { .object($0.document) } ?? .null)
        }
    }
}

extension Retries: StatefulPolicies {}

/// A failed attempt.
struct RetryBody: CallReport {
    var attempt: Int64 = 1
    var call = CallMembers(outcome: .failure)
    var previousDelay: Timespan?

    static let fields: [Field<RetryBody>] =
        [
            Field(
                "attempt", \.attempt, .integer(Bounds.attempts), isRequired: true,
                "Which attempt failed; the first call is 1.")
        ] + callFields(requiresOutcome: false) + [.previousDelay(\.previousDelay)]

    /// The report that it is.
    var failed: OutcomeReport {
        var report = report()
        report.previousDelay = previousDelay
        return report
    }
}

/// How a call ended after all its attempts.
struct RetryOutcomeBody: CallReport {
    var call = CallMembers()
    var attempts: Int64 = 1

    static let fields: [Field<RetryOutcomeBody>] =
        callFields() + [
            Field("attempts", \.attempts, .integer(Bounds.attempts), "How many attempts it took.")
        ]
}

extension RetryReply: SettlementRetry {
    /// Writes the members of the answer into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("retry", decision.retries)
        writer.member("delay_ms", decision.delay?.milliseconds)
        writer.member("next_attempt", decision.nextAttempt)
        writer.member("attempts_left", decision.attemptsLeft)
        writer.member("reason", decision.reason.rawValue)
        writer.member("policy_version", policy.version)
        guard policy.mode == .shadow else { return }
        writer.member("shadow", true)
        writer.member("would_allow", wouldRetry)
    }
}

extension RetryBudgetView {
    /// The figures as a document.
    var document: JSONObject {
        [
            "first_attempts": .integer(firstAttempts), "retries": .integer(retries),
            "allowed": .integer(allowed), "remaining": .integer(remaining),
        ]
    }
}
