import Resilience
import Testing

@testable import ControlPlane

@Suite("Limiters at work, also stopped and started between every two steps")
struct LimiterScriptTests {
    private typealias Script = PlaneScript
    private static let tenASecond: JSONValue = ["limits": [["quota": 10, "period_ms": 1000]]]

    @Test("spend, look, deny and fill again")
    func spending() async throws {
        try await Script.run(
            Self.tenASecond,
            [
                (Script.acquire(cost: 4), "yes default 10 6 400 -"),
                (Script.peek(cost: 7), "no default 10 6 400 100 rate_limited"),
                (Script.acquire(cost: 7), "no default 10 6 400 100 rate_limited"),
                (Script.acquire(cost: 11), "no default 10 6 400 - cost_exceeds_limit"),
                (Script.acquire("other"), "yes default 10 9 100 -"),
                (Script.advance(100), "100"),
                (Script.acquire(cost: 7), "yes default 10 0 1000 -"),
                (Script.peek(cost: 0), "yes default 10 0 1000 -"),
                (Script.advance(1000), "1100"),
                (Script.sweep(), "swept"),
                (Script.peek(), "yes default 10 10 0 -"),
            ])
    }

    @Test("keep windows of every kind")
    func windows() async throws {
        let fixed: JSONValue = [
            "algorithm": "fixed_window", "limits": [["quota": 2, "period_ms": 1000]],
        ]
        try await Script.run(
            fixed,
            [
                (Script.advance(300), "300"),
                (Script.acquire(cost: 2), "yes default 2 0 1000 -"),
                (Script.advance(999), "1299"),
                (Script.acquire(), "no default 2 0 1 1 rate_limited"),
                (Script.advance(1), "1300"),
                (Script.acquire(), "yes default 2 1 1000 -"),
            ])
        let sliding: JSONValue = [
            "algorithm": "sliding_window", "limits": [["quota": 4, "period_ms": 1000]],
        ]
        try await Script.run(
            sliding,
            [
                (Script.acquire(cost: 4), "yes default 4 0 2000 -"),
                (Script.advance(1250), "1250"),
                (Script.acquire(cost: 2), "no default 4 1 750 250 rate_limited"),
                (Script.acquire(), "yes default 4 0 1750 -"),
            ])
    }

    @Test("give back what a call had cost, never above full")
    func refunding() async throws {
        try await Script.run(
            Self.tenASecond,
            [
                (Script.acquire(cost: 5), "yes default 10 5 500 -"),
                (Script.refund(2), "2: yes default 10 7 300 -"),
                (Script.refund(100), "3: yes default 10 10 0 -"),
                (Script.refund(1, "unseen"), "0: yes default 10 10 0 -"),
            ])
    }

    @Test("forget what was spent, of one key or all")
    func resetting() async throws {
        try await Script.run(
            Self.tenASecond,
            [
                (Script.acquire(cost: 5), "yes default 10 5 500 -"),
                (Script.acquire("l", cost: 5), "yes default 10 5 500 -"),
                (Script.reset("unseen"), "0"),
                (Script.reset("k"), "1"),
                (Script.peek(), "yes default 10 10 0 -"),
                (Script.peek("l"), "yes default 10 5 500 -"),
                (Script.acquire(), "yes default 10 9 100 -"),
                (Script.reset(), "2"),
                (Script.peek("l"), "yes default 10 10 0 -"),
            ])
    }

    @Test("keep what was spent when the policy changes")
    func changing() async throws {
        try await Script.run(
            Self.tenASecond,
            [
                (Script.acquire(cost: 8), "yes default 10 2 800 -"),
                (Script.put(["limits": [["quota": 5, "period_ms": 1000]]]), "updated"),
                (Script.peek(), "no default 5 0 1000 200 rate_limited"),
                (Script.put(["limits": [["quota": 20, "period_ms": 1000]]]), "updated"),
                (Script.peek(), "yes default 20 12 400 -"),
            ])
    }

    @Test("forget an idle key after a change to a slower limit only once that is full")
    func sweepingAfterAChange() async throws {
        try await Script.run(
            Self.tenASecond,
            [
                (Script.acquire(cost: 10), "yes default 10 0 1000 -"),
                (Script.put(["limits": [["quota": 10, "period_ms": 60000]]]), "updated"),
                (Script.advance(5000), "5000"),
                (Script.sweep(), "swept"),
                (Script.peek(), "no default 10 0 55000 1000 rate_limited"),
                (Script.advance(55_000), "60000"),
                (Script.sweep(), "swept"),
                (Script.peek(), "yes default 10 10 0 -"),
            ])
    }
}
