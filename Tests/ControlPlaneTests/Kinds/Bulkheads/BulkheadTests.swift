import Resilience
import Store
import Synchronization
import Testing

@testable import ControlPlane

@Suite("Bulkheads under many callers")
struct BulkheadTests {
    /// Who is in, as those see it who are.
    private final class Crowd: Sendable {
        private let state = Mutex((inside: 0, most: 0, served: 0))

        func enter() {
            state.withLock { state in
                state.inside += 1
                state.most = max(state.most, state.inside)
                state.served += 1
            }
        }

        func leave() { state.withLock { $0.inside -= 1 } }

        var figures: (inside: Int, most: Int, served: Int) { state.withLock { $0 } }
    }

    @Test(
        "never let more in than there are slots, and are empty once all have left",
        arguments: ["relaxed", "strict"])
    func neverMore(durability: String) async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 10, "max_queue": 1000, "max_wait_ms": 60_000,
            "durability": .string(durability),
        ])
        let (door, crowd) = (fixture.door, Crowd())
        try await withThrowingTaskGroup { group in
            for number in 0..<1000 {
                group.addTask {
                    // Some wait, some do not, and those who are let in stay for a while.
                    let reply = try await door.acquire(waitMs: number % 4 == 0 ? 0 : 60_000)
                    guard reply.isAllowed else { return }
                    crowd.enter()
                    for _ in 0..<number % 7 { await Task.yield() }
                    crowd.leave()
                    if number % 3 == 0 {
                        try await door.plane.permits.release(
                            try #require(reply.permit), by: PlaneFixture.caller)
                    } else {
                        #expect(try await door.settle(reply.permit) == nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(crowd.figures.most <= 10)
        #expect(crowd.figures.served >= 750)
        let status = try fixture.status()
        #expect(status.view.inUse == 0 && status.queued == 0)
        try await fixture.plane.restart()
        #expect(try fixture.status().view.inUse == 0)
    }

    @Test("count one of two settlements of one permit at once, and free one slot")
    func settledOnce() async throws {
        let fixture = try await BulkheadFixture(["max_concurrent": 2])
        try await fixture.acquire()
        let door = fixture.door
        for _ in 0..<50 {
            let permit = try await door.acquire().permit
            async let first = door.settle(permit)
            async let second = door.settle(permit)
            let reasons = try await [first, second]
            #expect(reasons.contains(nil) && reasons.contains("duplicate"))
            #expect(try fixture.status().view.inUse == 1)
        }
    }

    @Test("free the slot of a call that ends and of one that expires at the same instant once")
    func endsAtOnce() async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 1, "lease_ms": 1000, "max_queue": 5, "max_wait_ms": 60_000,
        ])
        let reply = try await fixture.acquire()
        let tasks = [try await fixture.wait("a"), try await fixture.wait("b")]
        try await fixture.plane.advance(1000)
        #expect(try await fixture.settle(reply.permit) == "expired")
        await tasks[0].value
        #expect(fixture.answers.lines == ["a yes"])
        #expect(try fixture.status().queued == 1)
        tasks[1].cancel()
        await tasks[1].value
    }
}
