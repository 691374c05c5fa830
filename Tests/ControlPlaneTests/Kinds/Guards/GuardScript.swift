import Resilience
import Testing

@testable import ControlPlane

/// Steps done with guards and their parts, each of which answers in a line of text.
///
/// Every script is run as it is, with the plane stopped and started between every two steps, and
/// with an engine that answers late and makes half of the changes again. All must answer the same.
struct GuardScript {
    /// What a script remembers from step to step.
    final class Run {
        let fixture: PlaneFixture
        var permits: [String] = []

        init(_ fixture: PlaneFixture) { self.fixture = fixture }

        var plane: Plane { fixture.plane }
    }

    typealias Step = (Run) async throws -> String

    /// Puts `policies` in force, runs `steps` all ways, and holds the answers to `expected`.
    static func run(
        _ policies: [JSONValue], _ steps: [(Step, String)],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        for way in ScriptRun.allCases {
            let run = Run(try await way.fixture())
            _ = try await run.plane.policies.apply(
                policies, prune: false, dryRun: false, by: PlaneFixture.caller)
            for (index, (step, expected)) in steps.enumerated() {
                if way == .restarted { try await run.fixture.restart() }
                let answer: String
                do { answer = try await step(run) } catch let error as PlaneError {
                    answer = ([error.code.rawValue] + error.faults.map { "\($0.pointer)" })
                        .joined(separator: " ")
                }
                let place = way.place(index)
                #expect(answer == expected, place, sourceLocation: location)
            }
            try await run.fixture.stop()
        }
    }

    /// A policy as files hold it.
    static func policy(
        _ kind: String, _ name: String, _ spec: JSONValue, mode: String = "enforce"
    ) -> JSONValue {
        ["kind": .string(kind), "name": .string(name), "mode": .string(mode), "spec": spec]
    }

    /// A limiter of so many an hour, which come back all at once.
    static func limiter(_ name: String, _ quota: Int64, mode: String = "enforce") -> JSONValue {
        policy(
            "limiter", name,
            [
                "algorithm": "fixed_window",
                "limits": [["quota": .integer(quota), "period_ms": 3_600_000]],
            ], mode: mode)
    }

    /// A breaker that opens with the first failure, for ten seconds.
    static func breaker(_ name: String, mode: String = "enforce") -> JSONValue {
        policy(
            "breaker", name,
            [
                "window": ["type": "consecutive"], "failure_threshold": 1,
                "open_duration_ms": 10_000, "half_open_permits": 1, "success_threshold": 1,
            ], mode: mode)
    }

    // MARK: Steps

    static func ask(
        _ attributes: [String: String] = ["user": "1", "org": "a", "host": "h"],
        cost: Int64 = 1, attempt: Int64 = 1, by name: String = "g"
    ) -> Step {
        { run in
            let request = GuardRequest(attributes: attributes, cost: cost, attempt: attempt)
            let answer = try await run.plane.guards.acquire(name, request, by: PlaneFixture.caller)
            if let permit = answer.permit { run.permits.append(permit) }
            return answer.line
        }
    }

    static func settle(
        _ outcome: Outcome, permit index: Int = 0, status: Int64? = nil
    ) -> Step {
        { run in
            var report = OutcomeReport(outcome)
            report.status = status
            return try await run.plane.permits.settle(
                run.permits[index], report, by: PlaneFixture.caller
            ).line
        }
    }

    static func release(permit index: Int = 0) -> Step {
        { run in
            try await run.plane.permits.release(run.permits[index], by: PlaneFixture.caller)
            return "back"
        }
    }

    static func remaining(_ limiter: String, _ key: ExactString) -> Step {
        { run in
            let answer = try run.plane.limiters.peek(limiter, LimiterRequest(key: key))
            return "\(answer.decision.tightest?.remaining ?? -1)"
        }
    }

    static func breaker(_ name: String = "b", _ key: ExactString = "h") -> Step {
        { run in
            let view = try run.plane.breakers.view(name, key)
            let counts = view.figures.counts
            return "\(view.position) \(counts.successes)/\(counts.failures) "
                + "out \(view.probesInFlight) denied \(counts.denied)"
        }
    }

    /// A bulkhead of so many slots.
    static func bulkhead(_ name: String, _ slots: Int64, leaseMs: Int64 = 60_000) -> JSONValue {
        policy(
            "bulkhead", name,
            ["max_concurrent": .integer(slots), "lease_ms": .integer(leaseMs)])
    }

    static func inUse(_ bulkhead: String = "s", _ key: ExactString = "") -> Step {
        { run in "\(try run.plane.bulkheads.status(bulkhead, key).view.inUse)" }
    }

    static func freeAll(_ bulkhead: String = "s") -> Step {
        { run in
            _ = try await run.plane.bulkheads.reset(
                bulkhead, nil, reason: nil, by: PlaneFixture.caller)
            return "freed"
        }
    }

    static func advance(_ milliseconds: Int64) -> Step {
        { run in
            try await run.fixture.advance(milliseconds)
            return "later"
        }
    }

    static func put(_ policy: JSONValue) -> Step {
        { run in
            _ = try await run.plane.policies.apply(
                [policy], prune: false, dryRun: false, by: PlaneFixture.caller)
            return "put"
        }
    }

    static func delete(_ kind: Kind, _ name: String) -> Step {
        { run in
            try await run.plane.policies.delete(kind, name, by: PlaneFixture.caller)
            return "deleted"
        }
    }
}

extension GuardAnswer {
    /// The answer in a line: yes or no, who denies it and why, when to come again.
    var line: String {
        let who = deniedBy.map { "\($0.policy.name) \($0.reason)" }
        let wait = deniedBy == nil ? nil : "\(retryAfter?.millisecondsRoundedUp.description ?? "-")"
        return ([isAllowed ? "yes" : "no", who, wait] as [String?]).compactMap(\.self)
            .joined(separator: " ")
    }
}

extension SettlementReply {
    /// The answer in a line: whether it counted, where the breaker stands, and the retry.
    var line: String {
        let retry = (retry as? RetryReply)?.decision.reason.rawValue
        let position = (detail as? BreakerSettlement)?.position.rawValue
        return ([reason?.rawValue ?? "counted", position, retry] as [String?])
            .compactMap(\.self).joined(separator: " ")
    }
}
