import Resilience
import Testing

@testable import ControlPlane

/// Steps done with a plane, each of which answers in a line of text.
///
/// Every script is run as it is, with the plane stopped and started between every two steps, and
/// with an engine that answers late and makes half of the changes again. All must answer the same.
struct PlaneScript {
    typealias Step = (PlaneFixture) async throws -> String

    /// Runs `steps` all ways and holds the answers to `expected`.
    static func run(
        _ spec: JSONValue, _ steps: [(Step, String)],
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        for way in ScriptRun.allCases {
            let fixture = try await way.fixture()
            try await fixture.put("api", spec)
            for (index, (step, expected)) in steps.enumerated() {
                if way == .restarted { try await fixture.restart() }
                let answer = try await step(fixture)
                let place = way.place(index)
                #expect(answer == expected, place, sourceLocation: location)
            }
            try await fixture.stop()
        }
    }

    static func acquire(
        _ key: ExactString = "k", cost: Int64 = 1, tier: String? = nil
    ) -> Step {
        { try await $0.acquire("api", key, cost: cost, tier: tier).line }
    }

    static func peek(
        _ key: ExactString = "k", cost: Int64 = 1, tier: String? = nil
    ) -> Step {
        { try $0.peek("api", key, cost: cost, tier: tier).line }
    }

    static func advance(_ milliseconds: Int64) -> Step {
        { fixture in
            try await fixture.advance(milliseconds)
            return "\((fixture.plane.now - ManualClock.beginning).milliseconds)"
        }
    }

    static func refund(
        _ cost: Int64, _ key: ExactString = "k", tier: String? = nil
    ) -> Step {
        { fixture in
            let (answer, refunded) = try await fixture.plane.limiters.refund(
                "api", LimiterRequest(key: key, cost: cost, tier: tier), by: PlaneFixture.caller)
            return "\(refunded): \(answer.line)"
        }
    }

    /// The tiers of the key's accounts, with what is left in each.
    static func accounts(_ key: ExactString = "k") -> Step {
        { fixture in
            try fixture.peek("api", key).accounts
                .map { "\($0.tier) \($0.tightest?.remaining ?? -1)" }.joined(separator: ", ")
        }
    }

    static func reset(_ key: ExactString? = nil) -> Step {
        { fixture in
            let count = try await fixture.plane.limiters.reset(
                "api", key, reason: "test", by: PlaneFixture.caller)
            return "\(count)"
        }
    }

    static func assign(_ document: JSONValue, _ key: ExactString = "k") -> Step {
        { fixture in
            let (_, isNew) = try await fixture.plane.limiters.assign(
                "api", key, document, by: PlaneFixture.caller)
            return isNew ? "new" : "replaced"
        }
    }

    static func unassign(_ key: ExactString = "k") -> Step {
        { fixture in
            try await fixture.plane.limiters.unassign("api", key, by: PlaneFixture.caller)
            return "gone"
        }
    }

    static func put(_ spec: JSONValue) -> Step {
        { try await $0.put("api", spec).action.rawValue }
    }

    static func sweep() -> Step {
        { fixture in
            for turn in 0..<PlaneLimits.sweepTurns { fixture.plane.checkpoint(turn: turn) }
            return "swept"
        }
    }
}
