import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Calls that wait for a slot")
struct BulkheadWaitingTests {
    /// A bulkhead with its only slot taken, and a queue of five.
    private func full(
        leaseMs: Int64 = 30_000, _ more: JSONObject = [:]
    ) async throws -> (BulkheadFixture, permit: String?) {
        let spec: JSONObject = [
            "max_concurrent": 1, "max_queue": 5, "max_wait_ms": 60_000,
            "lease_ms": .integer(leaseMs),
        ]
        let fixture = try await BulkheadFixture(.object(spec.overlaid(by: more)))
        return (fixture, try await fixture.acquire().permit)
    }

    @Test("are served in the order they came, as slots become free")
    func order() async throws {
        let (fixture, first) = try await full()
        var permit = first
        var tasks: [Task<Void, Never>] = []
        for name in ["a", "b", "c", "d"] { tasks.append(try await fixture.wait(name)) }
        for (name, task) in zip(["a", "b", "c", "d"], tasks) {
            #expect(try await fixture.settle(permit) == nil)
            await task.value
            #expect(fixture.answers.lines.last == "\(name) yes")
            permit = fixture.answers.permit(name)
            let status = try fixture.status()
            #expect(status.view.slots.map(\.holder) == [name])
        }
        #expect(fixture.answers.lines.count == 4)
        let stats = try fixture.plane.plane.bulkheads.stats("db")
        #expect(zip(stats.names, stats.totals).first { $0.0 == "waited" }?.1 == 4)
    }

    @Test("are not overtaken by a call that comes later")
    func newcomers() async throws {
        let (fixture, permit) = try await full()
        let task = try await fixture.wait("a")
        let denial = try await fixture.acquire().denial
        // The one ahead holds the slot after this one's lease, for nobody knows how long.
        #expect(denial == BulkheadDenial(.full, retryAfter: nil))
        #expect(try await fixture.acquire().queued == 1)
        #expect(try await fixture.settle(permit) == nil)
        await task.value
        #expect(try await fixture.acquire().isAllowed == false)
    }

    @Test("are as many as may wait")
    func queueFull() async throws {
        let (fixture, permit) = try await full(["max_queue": 2])
        let tasks = [try await fixture.wait("a"), try await fixture.wait("b")]
        let reply = try await fixture.acquire(waitMs: 60_000)
        #expect(reply.denial?.reason == .queueFull && reply.queued == 2)
        #expect(try await fixture.acquire().denial?.reason == .full)
        #expect(try await fixture.settle(permit) == nil)
        await tasks[0].value
        let third = try await fixture.wait("c")
        #expect(try fixture.status().queued == 2)
        for task in [tasks[1], third] {
            task.cancel()
            await task.value
        }
    }

    @Test("are denied when their wait is over, at most as long as the policy says")
    func waitExpired() async throws {
        let (fixture, _) = try await full(["max_wait_ms": 500])
        let (first, second) = (try await fixture.wait("a"), try await fixture.wait("b", ms: 200))
        try await fixture.plane.advance(199)
        #expect(fixture.answers.lines.isEmpty)
        try await fixture.plane.advance(1)
        await second.value
        #expect(fixture.answers.lines == ["b wait_expired"])
        try await fixture.plane.advance(300)
        await first.value
        #expect(fixture.answers.lines == ["b wait_expired", "a wait_expired"])
        #expect(try await fixture.plane.events("bulkhead.saturated").count == 1)
        #expect(try fixture.status().queued == 0)
    }

    @Test("get the slot of a call that was lost, when its lease ends")
    func leaseExpiry() async throws {
        let (fixture, _) = try await full(leaseMs: 1000)
        let tasks = [try await fixture.wait("a"), try await fixture.wait("b")]
        try await fixture.plane.advance(1000)
        await tasks[0].value
        #expect(fixture.answers.lines == ["a yes"])
        try await fixture.plane.advance(1000)
        await tasks[1].value
        #expect(fixture.answers.lines == ["a yes", "b yes"])
        let told = try await fixture.plane.events("bulkhead.lease_expired")
        #expect(told.map { $0.event.data?["holder"] } == ["", "a"])
        #expect(told.allSatisfy { $0.event.actor == Caller.system.actor })
    }

    @Test("take nothing with them when they are given up, and hold nobody up")
    func cancelled() async throws {
        let (fixture, permit) = try await full()
        let tasks = [try await fixture.wait("a"), try await fixture.wait("b")]
        tasks[0].cancel()
        await tasks[0].value
        #expect(fixture.answers.lines == ["a CancellationError()"])
        #expect(try await fixture.settle(permit) == nil)
        await tasks[1].value
        #expect(fixture.answers.lines.last == "b yes")
        #expect(try await fixture.settle(fixture.answers.permit("b")) == nil)
        #expect(try fixture.status().view.inUse == 0)
    }

    @Test("that are given up as they are served leave no slot behind")
    func cancelledWhileServed() async throws {
        let (fixture, first) = try await full()
        let door = fixture.door
        var permit = first
        for _ in 0..<200 {
            let task = try await fixture.wait("a")
            let held = permit
            async let settled = door.settle(held)
            task.cancel()
            #expect(try await settled == nil)
            await task.value
            if fixture.answers.lines.last == "a yes" {
                permit = fixture.answers.permit("a")
            } else {
                #expect(try fixture.status().view.inUse == 0)
                permit = try await fixture.acquire().permit
            }
        }
    }

    @Test("end with their policy, and with the server")
    func ends() async throws {
        let (fixture, permit) = try await full()
        let first = try await fixture.wait("a")
        try await fixture.plane.plane.policies.delete(
            BulkheadPolicy.kind, "db", by: PlaneFixture.caller)
        await first.value
        #expect(fixture.answers.lines == ["a not_found"])
        #expect(try await fixture.settle(permit) == "gone")
        try await fixture.put(["max_concurrent": 1, "max_queue": 5, "max_wait_ms": 60_000])
        try await fixture.acquire()
        let second = try await fixture.wait("b")
        fixture.plane.plane.dismissWaiters()
        await second.value
        #expect(fixture.answers.lines.last == "b overloaded")
    }

    @Test(
        "are let in at once when the policy lets them",
        arguments: [
            (["max_concurrent": 2, "max_queue": 5, "max_wait_ms": 60_000], "enforce"),
            (["max_concurrent": 1], "disabled"), (["max_concurrent": 1], "shadow"),
        ] as [(JSONValue, String)])
    func changedPolicy(spec: JSONValue, mode: String) async throws {
        let (fixture, _) = try await full()
        let task = try await fixture.wait("a")
        try await fixture.put(spec, mode: mode)
        await task.value
        #expect(fixture.answers.permit("a") != nil)
        #expect(try fixture.status().queued == 0)
    }

    @Test("wait on while a lowered limit drains")
    func lowered() async throws {
        let (fixture, first) = try await full(["max_concurrent": 2])
        let second = try await fixture.acquire().permit
        let task = try await fixture.wait("a")
        try await fixture.put(["max_concurrent": 1, "max_queue": 5, "max_wait_ms": 60_000])
        #expect(try await fixture.settle(first) == nil)
        #expect(try fixture.status().queued == 1)
        #expect(try await fixture.settle(second) == nil)
        await task.value
        #expect(fixture.answers.lines == ["a yes"])
    }

    @Test("are let in by a reset, by a slot given back, and by a lease made shorter")
    func freed() async throws {
        let actions: [@Sendable (BulkheadFixture, String) async throws -> Void] = [
            { fixture, _ in
                _ = try await fixture.plane.plane.bulkheads.reset(
                    "db", nil, reason: nil, by: PlaneFixture.caller)
            },
            { try await $0.plane.plane.permits.release($1, by: PlaneFixture.caller) },
            { fixture, permit in
                _ = try await fixture.plane.plane.permits.renew(
                    permit, for: .milliseconds(10), by: PlaneFixture.caller)
                try await fixture.plane.advance(10)
            },
        ]
        for action in actions {
            let (fixture, permit) = try await full()
            let task = try await fixture.wait("a")
            try await action(fixture, try #require(permit))
            await task.value
            #expect(fixture.answers.lines == ["a yes"])
        }
    }
}
