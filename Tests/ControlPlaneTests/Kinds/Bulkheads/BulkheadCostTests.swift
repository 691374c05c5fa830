import Resilience
import Store
import Testing

@testable import ControlPlane

@Suite("Bulkheads with many slots held")
struct BulkheadCostTests {
    /// Where the slots of the key are in memory: whoever copies them has them elsewhere.
    private func place(_ fixture: BulkheadFixture) throws -> Int? {
        let state = try fixture.plane.plane.bulkheads.live.find("db").table.state(of: "k")
        return state?.slots.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }

    @Test("copy them neither to look at them, nor to settle, renew, deny or ask one of them")
    func inPlace() async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 300, "max_queue": 10, "max_wait_ms": 60_000,
        ])
        try await fixture.plane.put(
            "g", ["bulkhead": ["name": "db", "key": "k"]], kind: .guard)
        let plane = fixture.plane.plane
        var permits: [String?] = []
        for _ in 0..<300 { permits.append(try await fixture.acquire().permit) }
        let writer = plane.context.store.writer
        // Who writes a state has a copy of it meanwhile, so that a change then makes another.
        try await writer.flush()
        let before = try place(fixture)
        // Denied, by itself and in a guard, and waiting.
        #expect(try await fixture.acquire().isAllowed == false)
        let request = GuardRequest(wait: .zero)
        #expect(
            try await plane.guards.acquire("g", request, by: PlaneFixture.caller).isAllowed
                == false)
        let waiting = try await fixture.wait("a")
        #expect(try place(fixture) == before)
        waiting.cancel()
        await waiting.value
        try await writer.flush()
        // Settled, settled twice, given back and renewed.
        #expect(try await fixture.settle(permits[7]) == nil)
        #expect(try await fixture.settle(permits[7]) == "duplicate")
        let caller = PlaneFixture.caller
        try await plane.permits.release(try #require(permits[8]), by: caller)
        _ = try await plane.permits.renew(try #require(permits[9]), for: nil, by: caller)
        #expect(try place(fixture) == before)
        try await writer.flush()
        // Asked for the slots that became free.
        #expect(try await fixture.acquire().isAllowed)
        #expect(
            try await plane.guards.acquire("g", request, by: caller).isAllowed)
        #expect(try place(fixture) == before)
        #expect(try fixture.status().view.inUse == 300)
    }

    @Test("let in as many as wait when they become free at one instant")
    func manyAtOnce() async throws {
        let fixture = try await BulkheadFixture([
            "max_concurrent": 1, "max_queue": 1000, "max_wait_ms": 60_000,
        ])
        try await fixture.acquire()
        let tasks = try await (0..<1000).asyncMap { try await fixture.wait("\($0)") }
        try await fixture.put([
            "max_concurrent": 10_000, "max_queue": 1000, "max_wait_ms": 60_000,
        ])
        for task in tasks { await task.value }
        let status = try fixture.status()
        #expect(status.view.inUse == 1001 && status.queued == 0)
        #expect(
            status.view.slots.map(\.holder).dropFirst() == (0..<1000).map { "\($0)" }[...])
    }
}

extension Sequence {
    /// The results of `transform`, one after another.
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
