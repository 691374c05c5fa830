import Resilience
import ResilienceRuntime
import Testing

@Suite("Bulkheads in process")
struct BulkheadTests {
    let clock = ManualClock()

    @Test("a thousand tasks at once never exceed the limit, and all are served", arguments: [1, 7])
    func crowd(slots: Int64) async throws {
        let bulkhead = try Bulkhead(slots: slots, queue: 1000, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        let crowd = Crowd()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...1000 {
                group.addTask {
                    try await guarded.run {
                        crowd.enter()
                        await Task.yield()
                        crowd.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(crowd.most <= slots && crowd.most > 0)
        #expect(bulkhead.view().inUse == 0 && bulkhead.queued() == 0 && clock.sleepers == 0)
    }

    @Test("serves those that wait in the order in which they came, and lets nobody overtake")
    func order() async throws {
        let bulkhead = try Bulkhead(slots: 1, queue: 10, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        let (log, holder) = (Log<Int>(), Task { try await guarded.run { try await tick() } })
        await until { bulkhead.view().inUse == 1 }
        var tasks: [Task<Void, any Error>] = []
        for number in 1...10 {
            tasks.append(Task { try await guarded.run { log.add(number) } })
            await until { bulkhead.queued() == number }
        }
        let denied = await #expect(throws: Denied.self) { try await guarded.run {} }
        #expect(denied?.kind == .bulkhead && denied?.reason == .queueFull)
        await clock.untilAsleep(11)
        clock.advance(by: .milliseconds(100))
        try await holder.value
        for task in tasks { try await task.value }
        #expect(log.all == Array(1...10))
        #expect(bulkhead.view().inUse == 0 && bulkhead.queued() == 0 && clock.sleepers == 0)
    }

    @Test("nobody waits where no line is wanted")
    func full() async throws {
        let bulkhead = try Bulkhead(slots: 1, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        let denied = await #expect(throws: Denied.self) {
            try await guarded.run { try await guarded.run {} }
        }
        #expect(denied?.reason == .full && denied?.retryAfter == nil)
        #expect(denied?.description == "denied by bulkhead database: full")
        #expect(bulkhead.view().inUse == 0)
    }

    @Test("who waits too long is denied, and those behind go on waiting")
    func expired() async throws {
        let bulkhead = try Bulkhead(slots: 1, queue: 2, wait: .seconds(1), clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        let holder = Task { try await guarded.run { try await tick(.milliseconds(1200)) } }
        await clock.untilAsleep(1)
        let first = Task { try await guarded.run {} }
        await clock.untilAsleep(2)
        clock.advance(by: .milliseconds(500))
        let second = Task { try await guarded.run { 2 } }
        await clock.untilAsleep(3)
        clock.advance(by: .milliseconds(500))
        let denied = await #expect(throws: Denied.self) { try await first.value }
        #expect(denied?.reason == .waitExpired)
        #expect(bulkhead.queued() == 1 && bulkhead.view().inUse == 1)
        clock.advance(by: .milliseconds(200))
        try await holder.value
        #expect(try await second.value == 2)
        #expect(bulkhead.view().inUse == 0 && bulkhead.queued() == 0)
    }

    @Test("who is cancelled leaves the line at once, and takes nothing with it")
    func cancelled() async throws {
        let bulkhead = try Bulkhead(slots: 1, queue: 3, clock)
        let limiter = try Limiter(quota: 10, clock)
        let guarded = Guarded(
            limiters: [Keyed(limiter)], bulkhead: Keyed(bulkhead), clock: clock)
        let log = Log<Int>()
        let holder = Task { try await guarded.run { try await tick() } }
        await until { bulkhead.view().inUse == 1 }
        var tasks: [Task<Void, any Error>] = []
        for number in 1...3 {
            tasks.append(Task { try await guarded.run { log.add(number) } })
            await until { bulkhead.queued() == number }
        }
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        #expect(bulkhead.queued() == 2)
        await clock.untilAsleep(3)
        clock.advance(by: .milliseconds(100))
        for task in [holder, tasks[0], tasks[2]] { try await task.value }
        #expect(log.all == [1, 3])
        // Three calls were charged, and the one that was cancelled was not.
        #expect(try limiter.acquire().tightest?.remaining == 7)
        #expect(bulkhead.view().inUse == 0 && bulkhead.queued() == 0 && clock.sleepers == 0)
    }

    @Test("cancelling at any moment, a thousand times, leaks no slot and loses nobody's turn")
    func cancelledAnytime() async throws {
        let bulkhead = try Bulkhead(slots: 3, queue: 1000, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        let crowd = Crowd()
        let tasks = (1...1000).map { _ in
            Task {
                try await guarded.run {
                    crowd.enter()
                    await Task.yield()
                    crowd.leave()
                }
            }
        }
        for (number, task) in tasks.enumerated() where number % 3 == 0 {
            task.cancel()
            await Task.yield()
        }
        var served = 0
        for (number, task) in tasks.enumerated() {
            let result = await task.result
            if case .success = result { served += 1 }
            if case .failure(let error) = result {
                #expect(number % 3 == 0 && error is CancellationError)
            }
        }
        #expect(served >= 666 && crowd.most <= 3)
        #expect(bulkhead.view().inUse == 0 && bulkhead.queued() == 0 && clock.sleepers == 0)
    }

    @Test("a slot is held as long as the call, whatever the lease of the policy")
    func noLease() async throws {
        let bulkhead = try Bulkhead(slots: 1, clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock)
        try await guarded.run { [clock] in
            clock.advance(by: .days(2))
            #expect(bulkhead.view().inUse == 1)
            await #expect(throws: Denied.self) { try await guarded.run {} }
        }
    }

    @Test("keeps so many keys, and forgets those that nobody is in")
    func keys() async throws {
        let bulkhead = try Bulkhead(slots: 1, maximumKeys: 2, clock)
        let guarded = Guarded(bulkhead: try Keyed(bulkhead, by: "{host}"), clock: clock)
        try await guarded.run(["host": "a"]) {
            try await guarded.run(["host": "b"]) {
                let denied = await #expect(throws: Denied.self) {
                    try await guarded.run(["host": "c"]) {}
                }
                #expect(denied?.reason == .tooManyKeys)
            }
        }
        #expect(bulkhead.keys == 2)
        clock.advance(by: .seconds(1))
        try await guarded.run(["host": "c"]) {}
        #expect(bulkhead.keys == 1)
    }

    @Test("a limit that adapts falls with timeouts")
    func adaptive() async throws {
        let policy = try BulkheadPolicy {
            $0.maximumConcurrent = 10
            $0.adaptive = AdaptiveConcurrencySpec()
        }
        let bulkhead = Bulkhead("database", policy, clock: clock)
        let guarded = Guarded(bulkhead: Keyed(bulkhead), clock: clock) { _ in
            CallFailure(.timeout)
        }
        await #expect(throws: Flaky.self) { try await guarded.run { throw Flaky() } }
        #expect(bulkhead.view().limit == 9)
    }

    /// Takes that long.
    private func tick(_ span: Timespan = .milliseconds(100)) async throws {
        try await clock.sleep(for: span)
    }
}
