import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("While a commit hangs")
struct BlockedDiskTests {
    @Test(
        "calls that need not be on disk are answered, and whatever else looks at states goes on",
        arguments: ResetPart.allCases.filter { !$0.isStrict })
    func calls(part: ResetPart) async throws {
        let fixture = try await part.inUse()
        let plane = fixture.plane
        let held = await fixture.holdWriter()
        // One that waits for the disk with the lock of operators, one with that of policies.
        let reset = Task { try await part.reset(nil, plane) }
        await fixture.untilHandedOver()
        let policy = Task {
            try await plane.policies.put(
                BreakerPolicy.kind, "other", Precondition(), by: PlaneFixture.caller
            ) { _ in (["mode": "enforce", "spec": [:]], []) }
        }
        for number in 0..<300 { try await part.use(ExactString("k\(number)"), plane) }
        fixture.checkpoint()
        _ = try part.used("a", plane)
        plane.context.timers.fire(upTo: plane.now)
        _ = try plane.limiters.live.all.map { try plane.limiters.counted($0.version.entry.name) }
        for number in 0..<300 { try await part.use(ExactString("k\(number)"), plane) }
        fixture.checkpoint()
        held.letGo()
        #expect(try await reset.value >= 1)
        _ = try await policy.value
        #expect(try part.used("a", plane) == 0)
        try await fixture.stop()
    }

    @Test("guards decide by parts whose keys have changes on their way to the disk")
    func guards() async throws {
        let fixture = try await PlaneFixture()
        _ = try await fixture.plane.policies.apply(
            [
                GuardScript.limiter("l", 1000),
                GuardScript.policy("breaker", "b", [:]),
                GuardScript.policy("bulkhead", "h", ["max_concurrent": 500]),
                GuardScript.policy(
                    "guard", "g",
                    [
                        "limiters": [["name": "l", "key": "{user}"]], "breaker": ["name": "b"],
                        "bulkhead": ["name": "h"],
                    ]),
            ], prune: false, dryRun: false, by: PlaneFixture.caller)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        let held = await fixture.holdWriter()
        let reset = Task { try await plane.limiters.reset("l", nil, reason: nil, by: caller) }
        await fixture.untilHandedOver()
        for number in 0..<300 {
            let answer = try await plane.guards.acquire(
                "g", GuardRequest(attributes: ["user": "k\(number)"]), by: caller)
            #expect(answer.isAllowed)
        }
        fixture.checkpoint()
        held.letGo()
        _ = try await reset.value
        try await fixture.stop()
    }

    @Test(
        "keys that are new while all are being reset are of before it, in whatever part they are",
        arguments: [true, false])
    func newParts(isStored: Bool) async throws {
        let part = ResetPart.limiter
        let fixture = try await part.inUse()
        let plane = fixture.plane
        let keys = (0..<200).map { ExactString("k\($0)") }
        if !isStored { try fixture.fillDisk() }
        let held = await fixture.holdWriter()
        let reason = isStored ? nil : String(repeating: "x", count: 100_000)
        let reset = Task { try await part.reset(nil, plane, reason: reason) }
        await fixture.untilHandedOver()
        let table = try plane.limiters.live.find("p").table
        #expect(table.shards.made.count <= 2)
        for key in keys { try await part.use(key, plane) }
        #expect(table.shards.made.count > 2)
        fixture.checkpoint()
        held.letGo()
        #expect(((try? await reset.value) != nil) == isStored)
        let used = try keys.map { try part.used($0, plane) }
        #expect(Set(used) == [isStored ? 0 : 4])
        // What comes after the reset is stored again.
        try fixture.freeDisk()
        try await part.use("new", plane)
        for _ in 0..<2 {
            try await plane.context.store.writer.flush()
            fixture.checkpoint()
        }
        try await plane.context.store.writer.flush()
        try fixture.crash()
        try await fixture.start()
        #expect(try keys.map { try part.used($0, fixture.plane) } == used)
        #expect(try part.used("new", fixture.plane) == 4)
    }
}
