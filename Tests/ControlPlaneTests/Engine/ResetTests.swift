import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Resets")
struct ResetTests {
    @Test(
        "that were answered are undone by no crash, whatever a checkpoint writes meanwhile",
        arguments: ResetPart.allCases, ResetExtent.allCases)
    func checkpointBetween(part: ResetPart, extent: ResetExtent) async throws {
        guard part.has(extent) else { return }
        let fixture = try await part.inUse()
        let plane = fixture.plane
        #expect(try part.used("a", plane) > 0)
        let held = await fixture.holdWriter()
        let reset = Task { try await part.reset(extent.key, plane) }
        await fixture.untilHandedOver()
        fixture.checkpoint()
        held.letGo()
        #expect(try await reset.value >= 1)
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == 0)
        let isKept = extent == .one
        #expect(try (part.used("b", fixture.plane) > 0) == isKept)
    }

    @Test(
        "that cannot be stored are refused, and have changed nothing",
        arguments: ResetPart.allCases, ResetExtent.allCases)
    func fullDisk(part: ResetPart, extent: ResetExtent) async throws {
        guard part.has(extent) else { return }
        let fixture = try await part.inUse()
        let plane = fixture.plane
        let used = try part.used("a", plane)
        let count = plane.context.keyCounter.number
        try fixture.fillDisk()
        await expectRefusal(.storageUnavailable) {
            try await part.reset(
                extent.key, plane, reason: String(repeating: "x", count: 100_000))
        }
        #expect(try part.used("a", plane) == used)
        #expect(plane.context.keyCounter.number == count)
        try fixture.freeDisk()
        plane.checkpoint(turn: 0)
        try await plane.context.store.writer.flush()
        plane.checkpoint(turn: 1)
        try fixture.crash()
        try await fixture.start()
        #expect(try part.used("a", fixture.plane) == used)
    }

    @Test("that are refused leave runs of denials to be told to their end")
    func episodes() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 1, "period_ms": 5000]]])
        try await fixture.acquire("p", "a")
        try await fixture.acquire("p", "a")
        try fixture.fillDisk()
        await expectRefusal(.storageUnavailable) {
            try await fixture.plane.limiters.reset(
                "p", nil, reason: String(repeating: "x", count: 100_000), by: PlaneFixture.caller)
        }
        try fixture.freeDisk()
        try await fixture.advance(60_000)
        #expect(try await fixture.events("limiter.recovered").count == 1)
    }

    @Test("of many keys leave none, and give their places back")
    func manyKeys() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("p", ["limits": [["quota": 5, "period_ms": 86_400_000]]])
        for number in 0..<5000 { try await fixture.acquire("p", ExactString("k\(number)")) }
        let count = try await fixture.plane.limiters.reset(
            "p", nil, reason: nil, by: PlaneFixture.caller)
        #expect(count == 5000)
        #expect(try fixture.plane.limiters.live.find("p").table.count == 0)
        #expect(fixture.plane.context.keyCounter.number == 0)
        #expect(try await fixture.events("limiter.reset").count == 1)
    }

    @Test("and deletions of policies leave nothing to who comes after")
    func recreated() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = ["limits": [["quota": 10, "period_ms": 86_400_000]]]
        try await fixture.put("p", spec)
        try await fixture.acquire("p", "a", cost: 4)
        _ = try await fixture.plane.limiters.assign(
            "p", "b", ["blocked": true], by: PlaneFixture.caller)
        let plane = fixture.plane
        async let deleted: Void = plane.policies.delete(
            LimiterPolicy.kind, "p", by: PlaneFixture.caller)
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
        try await deleted
        try await fixture.put("p", spec)
        for isRestarted in [false, true] {
            if isRestarted {
                try fixture.crash()
                try await fixture.start()
            }
            for key in ["a", "b"] as [ExactString] {
                #expect(try fixture.peek("p", key).line == "yes default 10 10 0 -")
            }
        }
    }
}
