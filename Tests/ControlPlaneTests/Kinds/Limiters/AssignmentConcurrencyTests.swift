import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Many assignments at once")
struct AssignmentConcurrencyTests {
    private static let spec: JSONValue = [
        "tiers": [
            "free": ["limits": [["quota": 10, "period_ms": 1000]]],
            "pro": ["limits": [["quota": 100, "period_ms": 1000]]],
        ]
    ]
    private static let keys = (0..<100).map { ExactString("k\($0)") }

    private func assign(
        _ plane: Plane, _ key: ExactString, _ document: JSONValue = ["tier": "pro"]
    ) -> Task<Bool, any Error> {
        Task {
            try await plane.limiters.assign("api", key, document, by: PlaneFixture.caller).isNew
        }
    }

    private func tier(_ plane: Plane, _ key: ExactString) throws -> String {
        try plane.limiters.peek("api", LimiterRequest(key: key)).decision.tier
    }

    @Test("are handed over together, and hold once they are on disk")
    func together() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let plane = fixture.plane
        let held = await fixture.holdWriter()
        let tasks = Self.keys.map { assign(plane, $0) }
        while plane.context.store.writer.waitingChanges < Self.keys.count { await Task.yield() }
        for key in Self.keys { #expect(try tier(plane, key) == "free") }
        held.letGo()
        for task in tasks { #expect(try await task.value) }
        for key in Self.keys { #expect(try tier(plane, key) == "pro") }
        try fixture.crash()
        try await fixture.start()
        for key in Self.keys { #expect(try tier(fixture.plane, key) == "pro") }
    }

    @Test("of one key come one after the other, and the last one holds and is stored")
    func order() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let plane = fixture.plane
        let tasks = (0..<50).map { number in
            assign(plane, "k", ["tier": "pro", "note": .string("\(number)")])
        }
        var new = 0
        for task in tasks where try await task.value { new += 1 }
        #expect(new == 1)
        let told = try await fixture.events("limiter.assigned").compactMap {
            $0.event.data?["assignment"]?.object?["note"]?.string
        }
        #expect(Set(told).count == 50)
        let last = try plane.limiters.assignment("api", "k").spec.note
        #expect(last == told.last)
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.plane.limiters.assignment("api", "k").spec.note == last)
    }

    @Test("leave nothing behind where they cannot be stored, and others may come after them")
    func refused() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let plane = fixture.plane
        try fixture.fillDisk()
        // What does not fit on the pages that are there; a few of them would, so all must wait.
        let note = JSONValue.string(String(repeating: "x", count: 400))
        let held = await fixture.holdWriter()
        let tasks = Self.keys.map { assign(plane, $0, ["tier": "pro", "note": note]) }
        while plane.context.store.writer.waitingChanges < Self.keys.count { await Task.yield() }
        held.letGo()
        for task in tasks {
            await expectRefusal(.storageUnavailable) { try await task.value }
        }
        for key in Self.keys { #expect(try tier(plane, key) == "free") }
        try fixture.freeDisk()
        #expect(try await assign(plane, "k1").value)
        #expect(try await fixture.events("limiter.assigned").count == 1)
    }

    @Test("are over before their policy changes, and count by the one in force when they come")
    func policy() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let plane = fixture.plane
        let held = await fixture.holdWriter()
        let first = assign(plane, "a")
        await fixture.untilHandedOver()
        let deletion = Task {
            try await plane.policies.delete(LimiterPolicy.kind, "api", by: PlaneFixture.caller)
        }
        await Task.yield()
        held.letGo()
        #expect(try await first.value)
        _ = try await deletion.value
        await expectRefusal(.notFound) { try await assign(plane, "b").value }
        let types = try await fixture.events().map(\.event.type)
        #expect(types.suffix(2) == ["limiter.assigned", "policy.deleted"])
    }
}
