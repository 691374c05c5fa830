import GRDB
import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("While nothing can be stored")
struct StorageFailureTests {
    private static let spec: JSONValue = ["limits": [["quota": 10, "period_ms": 60000]]]

    @Test("decisions go on, durable changes are refused, and all of it is told afterwards")
    func fullDisk() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try await fixture.acquire("api", cost: 10)
        try fixture.fillDisk()
        let note = String(repeating: "x", count: 1000)
        var refused = 0
        for number in 0..<100 where refused == 0 {
            do {
                _ = try await fixture.plane.limiters.assign(
                    "api", ExactString("k\(number)"), ["blocked": true, "note": .string(note)],
                    by: PlaneFixture.caller)
            } catch let error as PlaneError {
                #expect(error.code == .storageUnavailable)
                refused += 1
            }
        }
        #expect(refused == 1)
        let assigned = try fixture.plane.limiters.assignments("api", after: nil, limit: 1000)
        #expect(fixture.plane.storageFailure != nil)
        // Reading is no sign that writing works again.
        _ = try await fixture.events()
        #expect(fixture.plane.storageFailure != nil)
        #expect(try await fixture.acquire("api", "new", cost: 3).isAllowed)
        try fixture.freeDisk()
        for turn in 1...2 {
            fixture.plane.checkpoint(turn: turn)
            try await fixture.plane.context.store.writer.flush()
        }
        #expect(fixture.plane.storageFailure == nil)
        let told = try await fixture.events("server.*").map(\.event.type)
        #expect(told == ["server.started", "server.degraded", "server.restored"])
        try fixture.crash()
        try await fixture.start()
        #expect(try fixture.peek("api", "new").decision.tightest?.remaining == 7)
        let after = try fixture.plane.limiters.assignments("api", after: nil, limit: 1000)
        #expect(after.map(\.record) == assigned.map(\.record))
    }

    @Test("a stop says that not everything was written")
    func stop() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try fixture.fillDisk()
        for number in 0..<1000 { try await fixture.acquire("api", ExactString("k\(number)")) }
        let error = await expectRefusal(.storageUnavailable) { try await fixture.stop() }
        #expect(error?.detail.contains("lost") == true)
    }

    @Test("a probe that cannot be stored is not out")
    func probe() async throws {
        let fixture = try await PlaneFixture()
        let spec: JSONValue = [
            "window": ["type": "consecutive"], "failure_threshold": 1, "open_duration_ms": 1000,
        ]
        _ = try await fixture.plane.policies.put(.breaker, "b", by: PlaneFixture.caller) { _ in
            (["spec": spec], [])
        }
        let breakers = fixture.plane.breakers
        _ = try await breakers.record("b", "", OutcomeReport(.failure), by: PlaneFixture.caller)
        try await fixture.advance(1000)
        // Nothing can be written any more.
        try fixture.crash()
        for _ in 0..<5 {
            await #expect(throws: PlaneError.self) {
                try await breakers.acquire("b", "", reporter: nil, by: PlaneFixture.caller)
            }
        }
        #expect(try breakers.view("b", "").probesInFlight == 0)
        #expect(try breakers.view("b", "").wouldAllow)
    }

    @Test("more states than may wait are written portion by portion, and all of them at a stop")
    func manyKeys() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        let count = Writer.maximumWaiting / 2 + 20_000
        let pool = fixture.plane.context.store.pool
        let held = await HeldThread { hold in pool.writeWithoutTransaction { _ in hold() } }
        for number in 0..<count { try await fixture.acquire("api", ExactString("k\(number)")) }
        fixture.plane.checkpoint(turn: 0)
        #expect(!fixture.plane.context.store.writer.hasRoom)
        held.letGo()
        try await fixture.restart()
        for number in [0, 1, count / 2, count - 1] {
            let left = try fixture.peek("api", ExactString("k\(number)")).decision.tightest
            #expect(left?.remaining == 9)
        }
        #expect(try fixture.plane.limiters.live.find("api").table.count == count)
    }

    @Test("after the store was closed, decisions and checkpoints do no harm")
    func closed() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec)
        try await fixture.plane.stop()
        #expect(try await fixture.acquire("api", cost: 10).isAllowed)
        #expect(try await fixture.acquire("api").isAllowed == false)
        fixture.plane.checkpoint(turn: 0)
        await expectRefusal(.storageUnavailable) { try await fixture.put("b", Self.spec) }
        await expectRefusal(.storageUnavailable) { try await fixture.advance(5) }
    }
}
