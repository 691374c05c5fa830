import Resilience
import ResilienceRuntime
import Testing

@Suite("A guard in process")
struct GuardedTests {
    let clock = ManualClock()

    @Test("a part that denies leaves all the others as they were")
    func allOrNone() async throws {
        let (first, second) = (try Limiter(quota: 5, clock), try Limiter(quota: 5, clock))
        let bulkhead = try Bulkhead(slots: 1, clock)
        let breaker = try Breaker(threshold: 1, permits: 1, clock)
        let guarded = Guarded(
            limiters: [Keyed(first), Keyed(second)], bulkhead: Keyed(bulkhead),
            breaker: Keyed(breaker), clock: clock)
        try breaker.force(.forcedOpen(until: nil))
        for _ in 1...10 {
            let denied = await #expect(throws: Denied.self) { try await guarded.run {} }
            #expect(denied?.kind == .breaker && denied?.reason == .forcedOpen)
        }
        #expect(try first.acquire(cost: 0).tightest?.remaining == 5)
        #expect(bulkhead.view().inUse == 0 && breaker.view().figures.counts.denied == 10)
        try breaker.force(.open)
        clock.advance(by: .seconds(10))
        // Neither is the place of a probe taken by a call that another part denies.
        try first.acquire(cost: 5)
        for _ in 1...10 {
            let denied = await #expect(throws: Denied.self) { try await guarded.run {} }
            #expect(denied?.kind == .limiter)
        }
        #expect(breaker.view().probesInFlight == 0)
        #expect(try second.acquire(cost: 0).tightest?.remaining == 5)
    }

    @Test("of several denials the first is told, with the longest wait")
    func denials() async throws {
        let (limiter, breaker) = (try Limiter(quota: 1, clock), try Breaker(threshold: 1, clock))
        let guarded = Guarded(limiters: [Keyed(limiter)], breaker: Keyed(breaker), clock: clock)
        try limiter.acquire()
        try breaker.force(.open)
        let both = await #expect(throws: Denied.self) { try await guarded.run {} }
        #expect(both?.kind == .limiter && both?.retryAfter == .seconds(10))
        try breaker.force(.forcedOpen(until: nil))
        let untold = await #expect(throws: Denied.self) { try await guarded.run {} }
        #expect(untold?.kind == .limiter && untold?.retryAfter == nil)
    }

    @Test("a call that stood in line asks the others when its turn has come")
    func lateDenial() async throws {
        let bulkhead = try Bulkhead(slots: 1, queue: 2, clock)
        let breaker = try Breaker(threshold: 1, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), breaker: Keyed(breaker), clock: clock)
        let holder = Task { [clock] in
            try await guarded.run {
                try await clock.sleep(for: .milliseconds(10))
                throw Flaky()
            }
        }
        await clock.untilAsleep(1)
        let waiting = Task { try await guarded.run {} }
        await clock.untilAsleep(2)
        clock.advance(by: .milliseconds(10))
        await #expect(throws: Flaky.self) { try await holder.value }
        let denied = await #expect(throws: Denied.self) { try await waiting.value }
        #expect(denied?.kind == .breaker && bulkhead.view().inUse == 0)
        #expect(bulkhead.queued() == 0 && clock.sleepers == 0)
    }

    @Test("two guards that share parts in opposite orders do not wait for each other")
    func lockOrder() async throws {
        let (a, b) = (try Limiter(quota: 1_000_000, clock), try Limiter(quota: 1_000_000, clock))
        let guards = [
            Guarded(limiters: [Keyed(a), Keyed(b)], clock: clock),
            Guarded(limiters: [Keyed(b), Keyed(a)], clock: clock),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask { for _ in 1...500 { try await guards[number % 2].run {} } }
            }
            try await group.waitForAll()
        }
        #expect(try a.acquire(cost: 0).tightest?.remaining == 996_000)
        #expect(try b.acquire(cost: 0).tightest?.remaining == 996_000)
    }

    @Test("the parts are asked about the keys that the attributes make")
    func attributes() async throws {
        let (users, breaker) = (try Limiter(quota: 2, clock), try Breaker(threshold: 1, clock))
        let guarded = Guarded(
            limiters: [try Keyed(users, by: "user:{user}")],
            breaker: try Keyed(breaker, by: "{host}"), clock: clock)
        let call = ["user": "ada", "host": "h"]
        await #expect(throws: Flaky.self) { try await guarded.run(call) { throw Flaky() } }
        #expect(breaker.view("h").position == .open && breaker.view().position == .closed)
        #expect(try users.acquire("user:ada").tightest?.remaining == 0)
        await #expect(throws: KeyTemplate.Failure.missing("host")) {
            try await guarded.run(["user": "ada"]) {
            } fallback: { _ in
            }
        }
        #expect(throws: KeyTemplateFault.self) { try Keyed(users, by: "{user") }
    }

    @Test("an attempt costs every limiter what it is told to")
    func cost() async throws {
        let limiter = try Limiter(quota: 10, clock)
        let guarded = Guarded(
            limiters: [Keyed(limiter)], retry: try .attempts(2), clock: clock)
        try await guarded.run(cost: 4) {}
        #expect(try limiter.acquire(cost: 0).tightest?.remaining == 6)
        let denied = await #expect(throws: Denied.self) { try await guarded.run(cost: 7) {} }
        #expect(denied?.retryAfter == .milliseconds(100))
    }

    @Test("a call that is paced waits for its slot before it is made")
    func paced() async throws {
        let policy = try LimiterPolicy {
            $0.algorithm = .leakyBucket
            $0.limits = [LimitSpec(quota: 10, period: .seconds(1), burst: 2)]
        }
        let limiter = Limiter("paced", policy, clock: clock)
        let guarded = Guarded(limiters: [Keyed(limiter)], clock: clock)
        try await guarded.run {}
        let second = Task { [clock] in try await guarded.run { clock.now() } }
        await clock.untilAsleep(1)
        await #expect(throws: Denied.self) { try await guarded.run {} }
        clock.advance(by: .milliseconds(100))
        #expect(try await second.value == Instant(milliseconds: 100))
    }

    @Test("what an inner guard denies says nothing about the target of the outer one")
    func nested() async throws {
        let (outer, inner) = (try Breaker(threshold: 1, clock), try Breaker(threshold: 1, clock))
        try inner.force(.open)
        let guarded = Guarded(breaker: Keyed(outer), clock: clock)
        let within = Guarded(breaker: Keyed(inner), clock: clock)
        await #expect(throws: Denied.self) { try await guarded.run { try await within.run {} } }
        #expect(outer.view().position == .closed && outer.view().figures.counts.ignored == 1)
    }

    @Test("a fallback has a value of a denial and of a failure, and is not asked otherwise")
    func fallback() async throws {
        let breaker = try Breaker(threshold: 1, clock)
        let guarded = Guarded(breaker: Keyed(breaker), clock: clock)
        let reasons = Log<String>()
        func run(_ operation: @escaping @Sendable () async throws -> Int) async throws -> Int {
            try await guarded.run {
                try await operation()
            } fallback: { reason in
                reasons.add("\(reason)")
                return 0
            }
        }
        #expect(try await run { 1 } == 1)
        #expect(try await run { throw Flaky() } == 0)
        #expect(try await run { 2 } == 0)
        #expect(
            reasons.all == ["Flaky()", "denied by breaker target: open, again after 10000 ms"])
        await #expect(throws: Wrong.self) {
            try await guarded.run {
                3
            } fallback: { _ in
                throw Wrong()
            }
        }
        clock.advance(by: .seconds(10))
        #expect(try await run { 4 } == 4)
    }
}
