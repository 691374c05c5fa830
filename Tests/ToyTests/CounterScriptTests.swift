import Resilience
import Testing

@Suite("A kind of its own, whatever comes between two steps")
struct CounterScriptTests {
    private typealias Do = CounterScript

    @Test("holds its places until they are settled, released, or over")
    func places() async throws {
        try await CounterScript.run(
            ["limit": 2, "lease_ms": 1000],
            [
                (Do.acquire(), "yes 1"), (Do.acquire(), "yes 2"), (Do.acquire(), "no 2 1000"),
                (Do.acquire("k"), "yes 1"), (Do.keys(), "=2 k=1"),
                (Do.settle(0), "counted"), (Do.settle(0), "duplicate"), (Do.acquire(), "yes 2"),
                (Do.release(1), "released"), (Do.settle(1), "duplicate"), (Do.acquire(), "yes 2"),
                (Do.advance(600), ""), (Do.renew(3), "1000"), (Do.advance(600), ""),
                (Do.keys(), "=1"), (Do.settle(2), "expired"), (Do.settle(4), "expired"),
                (Do.renew(4), "conflict"), (Do.settle(3), "counted"), (Do.keys(), ""),
                (Do.events(), "counter.exhausted counter.exhausted counter.exhausted"),
            ])
    }

    @Test("is a part of a guard, whose permit frees its place")
    func guarded() async throws {
        try await CounterScript.run(
            ["limit": 1],
            [
                (Do.guarded(), "yes"), (Do.guarded(), "no exhausted"), (Do.acquire(), "no 1 60000"),
                (Do.renew(0), "60000"), (Do.settle(0), "counted"), (Do.guarded(), "yes"),
                (Do.release(1), "released"), (Do.guarded(), "yes"), (Do.keys(), "=1"),
                (Do.advance(60_000), ""), (Do.keys(), ""), (Do.settle(2), "expired"),
                (Do.guarded(), "yes"),
            ])
    }

    @Test("forgets its places when it is reset, so that their permits are stale")
    func reset() async throws {
        try await CounterScript.run(
            ["limit": 1],
            [
                (Do.acquire(), "yes 1"), (Do.acquire("k"), "yes 1"), (Do.reset(), "2"),
                (Do.settle(0), "stale_generation"), (Do.acquire(), "yes 1"),
                (Do.settle(2), "counted"), (Do.keys(), ""),
                (
                    Do.events(),
                    "counter.exhausted counter.exhausted counter.reset counter.exhausted"
                ),
            ])
    }
}
