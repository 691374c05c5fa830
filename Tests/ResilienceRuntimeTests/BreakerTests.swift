import Resilience
import ResilienceRuntime
import Testing

@Suite("Breakers in process")
struct BreakerTests {
    let clock = ManualClock()

    @Test("opens, tells when to come back, and closes when its probes succeed")
    func cycle() throws {
        let breaker = try Breaker(threshold: 2, clock)
        for _ in 1...2 { breaker.settle(try breaker.acquire("a"), of: "a", .failure) }
        #expect(breaker.view("a").position == .open)
        clock.advance(by: .seconds(3))
        let denied = #expect(throws: Denied.self) { try breaker.acquire("a") }
        #expect(denied?.kind == .breaker && denied?.reason == .open)
        #expect(denied?.retryAfter == .seconds(7) && breaker.view("a").figures.counts.denied == 1)
        // Another key is another breaker.
        _ = try breaker.acquire("b")
        clock.advance(by: .seconds(7))
        let probes = [try breaker.acquire("a"), try breaker.acquire("a")]
        let third = #expect(throws: Denied.self) { try breaker.acquire("a") }
        #expect(third?.reason == .probesInFlight && third?.retryAfter == .seconds(1))
        for probe in probes { breaker.settle(probe, of: "a", .success) }
        #expect(breaker.view("a").position == .closed)
        #expect(breaker.settle(probes[0], of: "a", .failure).reason == .staleGeneration)
    }

    @Test("a hundred tasks at once get exactly the probes that there are", arguments: [1, 3, 7])
    func probes(permits: Int64) async throws {
        let breaker = try Breaker(threshold: 1, permits: permits, clock)
        breaker.settle(try breaker.acquire(), .failure)
        clock.advance(by: .seconds(10))
        let probes = await withTaskGroup(of: Bool.self) { group in
            for _ in 1...100 {
                group.addTask { (try? breaker.acquire()) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(probes == permits && breaker.view().probesInFlight == permits)
    }

    @Test("can be held open by hand")
    func forced() throws {
        let breaker = try Breaker(threshold: 1, clock)
        try breaker.force(.forcedOpen(until: nil))
        let denied = #expect(throws: Denied.self) { try breaker.acquire() }
        #expect(denied?.reason == .forcedOpen)
        try breaker.force(.closed)
        _ = try breaker.acquire()
    }

    @Test("keeps so many keys, and forgets those that are closed and empty")
    func keys() throws {
        let breaker = try Breaker(threshold: 1, maximumKeys: 2, permits: 1, clock)
        breaker.settle(try breaker.acquire("a"), of: "a", .failure)
        let permit = try breaker.acquire("b")
        _ = try breaker.acquire("c")  // b is forgotten: nothing is known of it
        #expect(breaker.keys == 2)
        #expect(breaker.settle(permit, of: "b", .failure).reason == .staleGeneration)
        try breaker.force(.open, "c")
        let denied = #expect(throws: Denied.self) { try breaker.acquire("d") }
        #expect(denied?.reason == .tooManyKeys)
        #expect(throws: Denied.self) { try breaker.force(.open, "d") }
        // The open ones are not forgotten before nobody has asked for a week.
        clock.advance(by: .days(1))
        #expect(throws: Denied.self) { try breaker.acquire("d") }
        // Closed again, one is kept as long as a permit of before it opened would be good.
        for _ in 1...2 { breaker.settle(try breaker.acquire("a"), of: "a", .success) }
        breaker.settle(try breaker.acquire("a"), of: "a", .ignored)
        clock.advance(by: .seconds(299))
        #expect(throws: Denied.self) { try breaker.acquire("d") }
        clock.advance(by: .seconds(1))
        _ = try breaker.acquire("d")
        // What was forgotten leaves its generation behind: no old permit is taken for a new one.
        #expect(breaker.view("a").generation == 5 && breaker.view("c").position == .halfOpen)
    }

    @Test("forgets keys that nobody has used for the policy's time, the open ones too")
    func idle() throws {
        var policy = try BreakerPolicy {
            $0.window = .consecutive
            $0.failureThreshold = 2
        }
        policy.keyIdle = .seconds(600)
        let breaker = Breaker("target", policy, maximumKeys: 2, clock: clock)
        breaker.settle(try breaker.acquire("a"), of: "a", .success)
        for _ in 1...2 { breaker.settle(try breaker.acquire("b"), of: "b", .failure) }
        clock.advance(by: .seconds(599))
        #expect(throws: Denied.self) { try breaker.acquire("c") }
        #expect(breaker.view("b").timesOpened == 1)
        clock.advance(by: .seconds(1))
        #expect(breaker.view("b").timesOpened == 0 && breaker.view("b").generation == 3)
        #expect(try breaker.acquire("c").generation == 3)
        #expect(breaker.keys == 1)
    }
}
