import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Values by the environment")
struct OverrideTests {
    /// What a limiter has in force by where its quota is said.
    struct Source: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var environment: [String: String] = [:]
        let spec: JSONValue
        let quota: Int64
        let period: Int64
        let burst: Int64
    }

    private static let rate = ["RATE_LIMIT_REQUESTS_PER_SECOND": "7", "RATE_LIMIT_BURST_SIZE": "9"]
    private static let override = ["SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA": "3"]
    private static let sources = [
        Source(
            testDescription: "built-in defaults", spec: ["limits": [[:]]], quota: 60,
            period: 60000, burst: 60),
        Source(
            testDescription: "default variables", environment: rate, spec: [:], quota: 7,
            period: 1000, burst: 9),
        Source(
            testDescription: "a preset over default variables", environment: rate,
            spec: ["preset": "search"], quota: 30, period: 60000, burst: 9),
        Source(
            testDescription: "the spec over its preset", environment: rate,
            spec: ["preset": "search", "limits": [["quota": 4, "period_ms": 10, "burst": 5]]],
            quota: 4, period: 10, burst: 5),
        Source(
            testDescription: "an override over the spec",
            environment: rate.merging(override) { $1 },
            spec: ["limits": [["quota": 4, "period_ms": 10, "burst": 5]]], quota: 3, period: 10,
            burst: 5),
    ]

    @Test("are taken by their precedence, also after a restart", arguments: sources)
    func precedence(source: Source) async throws {
        let fixture = try await PlaneFixture(source.environment)
        try await fixture.put("api", source.spec)
        for _ in 1...2 {
            let limit = try #require(try fixture.peek("api").decision.tightest?.limit)
            #expect(limit.quota == source.quota)
            #expect(limit.period == .milliseconds(source.period))
            #expect(limit.capacity == source.burst)
            try await fixture.restart()
        }
    }

    @Test("are told with the variable that they come from, and the stored spec is the client's")
    func provenance() async throws {
        let environment = Self.override.merging(["SWITCHGEAR_LIMITERS__API__MODE": "shadow"]) { $1 }
        let fixture = try await PlaneFixture(environment)
        try await fixture.put("api", ["limits": [["quota": 4]]])
        let entry = try fixture.plane.policies.get(LimiterPolicy.kind, "api")
        #expect(
            entry.overrides == [
                AppliedOverride(
                    field: "mode", variable: "SWITCHGEAR_LIMITERS__API__MODE", value: "shadow"),
                AppliedOverride(
                    field: "limits.0.quota",
                    variable: "SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA", value: 3),
            ])
        #expect(entry.mode == .shadow && entry.document.mode == .enforce)
        #expect(entry.document.spec == ["limits": [["quota": 4]]])
        fixture.environment = [:]
        try await fixture.restart()
        #expect(try fixture.peek("api").decision.tightest?.limit.quota == 4)
    }

    @Test("change the tag of a policy though its version stays the same")
    func tags() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["limits": [["quota": 4]]])
        var tags: [String] = []
        for environment in [
            [:], Self.override, ["SWITCHGEAR_LIMITERS__API__MODE": "shadow"],
            ["RATE_LIMIT_BURST_SIZE": "9"], [:],
        ] {
            fixture.environment = environment
            try await fixture.restart()
            let entry = try fixture.plane.policies.get(LimiterPolicy.kind, "api")
            #expect(entry.version == 1 && entry.tag.hasPrefix("1-"))
            tags.append(entry.tag)
        }
        #expect(Set(tags).count == 4 && tags.first == tags.last)
        let old = Precondition(match: .list([EntityTag(tags[1])]))
        await expectRefusal(.versionMismatch) {
            try await fixture.put("api", ["limits": [["quota": 5]]], old)
        }
    }

    @Test(
        "that are none stop the start, naming the variable",
        arguments: [
            ("RATE_LIMIT_REQUESTS_PER_SECOND", "0"), ("RATE_LIMIT_BURST_SIZE", "many"),
            ("SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA", "0"),
            ("SWITCHGEAR_LIMITERS__PENDING__QUOTAS", "5"),
            ("SWITCHGEAR_LIMITERS__API__MODE", "enforced"),
        ])
    func invalid(variable: String, text: String) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.stop()
        fixture.environment = [variable: text]
        let error = await expectRefusal(.invalid) { try await fixture.start() }
        #expect(error?.detail.contains(variable) == true)
        fixture.environment = [:]
        try await fixture.start()
    }

    @Test("that make a stored policy impossible stop the start, naming the variable")
    func impossible() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", ["tiers": ["free": ["unlimited": true]]])
        try await fixture.stop()
        fixture.environment = Self.override
        let error = await expectRefusal(.invalid) { try await fixture.start() }
        #expect(error?.detail.contains("SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA") == true)
    }

    @Test("that fit no policy yet take effect when there is one, and refuse what they make invalid")
    func pending() async throws {
        let fixture = try await PlaneFixture(Self.override)
        let tiers: JSONValue = ["tiers": ["free": ["unlimited": true]]]
        let error = await expectRefusal(.invalid) { try await fixture.put("api", tiers) }
        let told = error?.faults.contains {
            $0.detail.contains("SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA")
        }
        #expect(told == true)
        try await fixture.put("api", ["limits": [["quota": 4]]])
        #expect(try fixture.peek("api").decision.tightest?.limit.quota == 3)
    }

    @Test("default variables that contradict each other stop the start, both named")
    func contradiction() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.stop()
        fixture.environment = ["RETRY_MAX_DELAY_MS": "50"]
        try await fixture.start()
        try await fixture.stop()
        fixture.environment["RETRY_INITIAL_DELAY_MS"] = "51"
        let error = await expectRefusal(.invalid) { try await fixture.start() }
        for variable in ["RETRY_INITIAL_DELAY_MS", "RETRY_MAX_DELAY_MS"] {
            #expect(error?.detail.contains(variable) == true, "\(error?.detail ?? "")")
        }
    }

    @Test("that fit two policies refuse the second, and stop the start")
    func ambiguous() async throws {
        let variable = "SWITCHGEAR_LIMITERS__A_B__MODE"
        let fixture = try await PlaneFixture([variable: "disabled"])
        try await fixture.put("a-b", ["limits": [["quota": 4]]])
        let error = await expectRefusal(.invalid) {
            try await fixture.put("a.b", ["limits": [["quota": 4]]])
        }
        #expect(error?.faults.first?.detail.contains(variable) == true)
        try await fixture.stop()
        fixture.environment = [:]
        try await fixture.start()
        try await fixture.put("a.b", ["limits": [["quota": 4]]])
        try await fixture.stop()
        fixture.environment = [variable: "disabled"]
        let stopped = await expectRefusal(.invalid) { try await fixture.start() }
        #expect(stopped?.detail.contains(variable) == true)
    }
}
