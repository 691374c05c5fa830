import Resilience
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Policies")
struct PolicyTests {
    private static let spec: JSONValue = ["limits": [["quota": 5, "period_ms": 1000]]]
    private static let other: JSONValue = ["limits": [["quota": 6, "period_ms": 1000]]]

    private func versions(_ fixture: PlaneFixture, _ name: String) async throws -> [String] {
        try await fixture.plane.policies.versions(
            LimiterPolicy.kind, name, before: .max, limit: 100
        ).map { "\($0.version) \($0.action)" }
    }

    @Test("have a version for each change, also by a rollback, and none for no change")
    func versions() async throws {
        let fixture = try await PlaneFixture()
        #expect(try await fixture.put("api", Self.spec).action == .created)
        #expect(try await fixture.put("api", Self.spec).action == .unchanged)
        #expect(try await fixture.put("api", Self.other).action == .updated)
        let withNull: JSONValue = ["limits": [["quota": 6, "period_ms": 1000]], "tiers": .null]
        #expect(try await fixture.put("api", withNull).action == .unchanged)
        let change = try await fixture.plane.policies.rollBack(
            LimiterPolicy.kind, "api", to: 1, reason: "worse", by: PlaneFixture.caller)
        #expect(change.action == .rolledBack && change.new?.version == 3)
        #expect(try fixture.peek("api").decision.tightest?.limit.quota == 5)
        let again = try await fixture.plane.policies.rollBack(
            LimiterPolicy.kind, "api", to: 1, reason: nil, by: PlaneFixture.caller)
        #expect(again.action == .unchanged)
        #expect(try await versions(fixture, "api") == ["3 rolled_back", "2 updated", "1 created"])
        let events = try await fixture.events("policy.*")
        #expect(
            events.map(\.event.type)
                == ["created", "updated", "rolled_back"].map { "policy." + $0 })
        #expect(events.last?.event.reason == "worse")
        #expect(events.last?.event.traceID == "0af7")
    }

    @Test("never use a version again, also after a delete and a restart")
    func neverAgain() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try await fixture.put("api", Self.other)
        for version in [3, 4] as [Int64] {
            try await fixture.plane.policies.delete(
                LimiterPolicy.kind, "api", by: PlaneFixture.caller)
            if version == 4 { try await fixture.restart() }
            await expectRefusal(.notFound) {
                try fixture.plane.policies.get(LimiterPolicy.kind, "api")
            }
            #expect(try await fixture.put("api", Self.spec).new?.version == version)
        }
    }

    @Test("roll back to versions that there are", arguments: [0, -1, 2, .max] as [Int64])
    func unknownVersion(version: Int64) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        await expectRefusal(.notFound) {
            try await fixture.plane.policies.rollBack(
                LimiterPolicy.kind, "api", to: version, reason: nil, by: PlaneFixture.caller)
        }
    }

    @Test("are written only when the precondition holds")
    func preconditions() async throws {
        let fixture = try await PlaneFixture()
        let mustExist = Precondition(match: .any)
        let mustNotExist = Precondition(noneMatch: .any)
        let second = Precondition(match: .list([EntityTag("2")]))
        for condition in [mustExist, second] {
            await expectRefusal(.versionMismatch) {
                try await fixture.put("api", Self.spec, condition)
            }
        }
        try await fixture.put("api", Self.spec, mustNotExist)
        for condition in [mustNotExist, second] {
            await expectRefusal(.versionMismatch) {
                try await fixture.put("api", Self.other, condition)
            }
            await expectRefusal(.versionMismatch) {
                try await fixture.plane.policies.delete(
                    LimiterPolicy.kind, "api", condition, by: PlaneFixture.caller)
            }
        }
        #expect(try await fixture.put("api", Self.other, mustExist).new?.version == 2)
        try await fixture.plane.policies.delete(
            LimiterPolicy.kind, "api", second, by: PlaneFixture.caller)
    }

    @Test("written at the same time with the same precondition are written once")
    func race() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let policies = fixture.plane.policies
        let won = await withTaskGroup(of: Bool.self) { group in
            for quota in 10..<30 as Range<Int64> {
                group.addTask {
                    let condition = Precondition(match: .list([EntityTag("1")]))
                    let limit: JSONValue = ["quota": .integer(quota), "period_ms": 1000]
                    let change = try? await policies.put(
                        LimiterPolicy.kind, "api", condition, by: PlaneFixture.caller
                    ) { _ in (["spec": ["limits": [limit]]], []) }
                    return change != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
        #expect(try await versions(fixture, "api") == ["2 updated", "1 created"])
    }

    private func policy(_ name: String, _ spec: JSONValue) -> JSONValue {
        ["kind": "limiter", "name": .string(name), "spec": spec]
    }

    @Test("are applied all or none, pruned when told to, and not at all in a dry run")
    func applying() async throws {
        let fixture = try await PlaneFixture()
        for name in ["a", "b", "c"] { try await fixture.put(name, Self.spec) }
        let list = [policy("a", Self.spec), policy("b", Self.other), policy("d", Self.spec)]
        for dryRun in [true, false] {
            let changes = try await fixture.plane.policies.apply(
                list, prune: true, dryRun: dryRun, by: PlaneFixture.caller)
            let lines = changes.map { "\($0.identity.name) \($0.action.rawValue)" }
            #expect(lines == ["a unchanged", "b updated", "d created", "c deleted"])
            let names = fixture.plane.policies.all().map(\.name)
            #expect(names == (dryRun ? ["a", "b", "c"] : ["a", "b", "d"]))
        }
        let bad = [policy("e", Self.spec), policy("f", ["limits": [["quota": 0]]])]
        let error = await expectRefusal(.invalid) {
            try await fixture.plane.policies.apply(
                bad, prune: false, dryRun: false, by: PlaneFixture.caller)
        }
        #expect(error?.faults.map(\.pointer) == ["/policies/1/spec/limits/0/quota"])
        #expect(fixture.plane.policies.all().map(\.name) == ["a", "b", "d"])
        #expect(try await fixture.plane.policies.faults(in: bad) == error?.faults)
        #expect(try await fixture.plane.policies.faults(in: list).isEmpty)
        #expect(try await fixture.events("policy.*").count == 6)
    }

    @Test("that come twice in a list, or have no kind or name, are told")
    func listFaults() async throws {
        let fixture = try await PlaneFixture()
        let list: [JSONValue] = [
            policy("a", Self.spec), policy("a", Self.other), ["kind": "limiterr", "name": "b"],
            ["kind": "limiter"], 5,
        ]
        let faults = try await fixture.plane.policies.faults(in: list)
        #expect(
            faults.map(\.pointer) == [
                "/policies/1", "/policies/2/kind", "/policies/3/name",
                "/policies/3/spec/limits", "/policies/4",
            ])
    }

    @Test("without a proper name or kind are told what else is wrong with them")
    func otherFaults() async throws {
        let fixture = try await PlaneFixture()
        let list: [JSONValue] = [
            [
                "kind": "limiter", "name": "x y", "mode": "foo", "descr": "a",
                "spec": ["limits": [["quota": 0]]],
            ], ["kind": "x", "mode": "foo", "spec": 5],
        ]
        let faults = try await fixture.plane.policies.faults(in: list)
        #expect(
            faults.map(\.pointer) == [
                "/policies/0/name", "/policies/0/descr", "/policies/0/mode",
                "/policies/0/spec/limits/0/quota", "/policies/1/kind", "/policies/1/name",
                "/policies/1/mode",
            ])
    }

    @Test("survive a restart as they were, with what clients wrote and the defaults apart")
    func restarted() async throws {
        let fixture = try await PlaneFixture()
        let change = try await fixture.put("api", ["preset": "search"], mode: "shadow")
        let before = try #require(change.new)
        try await fixture.restart()
        let after = try fixture.plane.policies.get(LimiterPolicy.kind, "api")
        #expect(after.record == before.record)
        #expect(after.mode == .shadow)
        #expect(after.exported["spec"] == ["preset": "search"])
        #expect(
            after.resolution.effective["limits"] == [
                ["quota": 30, "period_ms": 60000, "burst": 30]
            ])
    }

    @Test("are not in force when they could not be stored")
    func notStored() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try fixture.plane.context.store.close()
        await expectRefusal(.storageUnavailable) { try await fixture.put("api", Self.other) }
        #expect(try fixture.plane.policies.get(LimiterPolicy.kind, "api").version == 1)
        #expect(try fixture.peek("api").decision.tightest?.limit.quota == 5)
    }
}
