import Resilience
import ResilienceRuntime
import Testing

@Suite("Retries, timeouts and cancellation in process")
struct GuardedRetryTests {
    let clock = ManualClock()

    @Test("a failure that passes is tried again after its delay, until it works")
    func works() async throws {
        let guarded = Guarded(retry: try .attempts(4), clock: clock)
        let starts = Log<Int64>()
        let task = Task { [clock] in
            try await guarded.run {
                starts.add(clock.now().milliseconds)
                if starts.all.count < 4 { throw Flaky() }
                return 42
            }
        }
        for delay in [100, 200, 400] as [Int64] {
            await clock.untilAsleep(1)
            clock.advance(by: .milliseconds(delay - 1))
            #expect(clock.sleepers == 1)
            clock.advance(by: .milliseconds(1))
        }
        #expect(try await task.value == 42)
        #expect(starts.all == [0, 100, 300, 700] && clock.sleepers == 0)
    }

    @Test("attempts are exhausted, and the last error is told")
    func exhausted() async throws {
        let breaker = try Breaker(threshold: 10, clock)
        let guarded = Guarded(
            breaker: Keyed(breaker), retry: try .attempts(3), clock: clock)
        let task = Task { try await guarded.run { throw Flaky() } }
        for delay in [100, 200] as [Int64] {
            await clock.untilAsleep(1)
            clock.advance(by: .milliseconds(delay))
        }
        await #expect(throws: Flaky.self) { try await task.value }
        #expect(breaker.view().figures.consecutiveFailures == 3 && clock.sleepers == 0)
    }

    @Test(
        "what an error is called decides whether it is tried again",
        arguments: [
            (CallFailure(error: "Flaky"), 2), (CallFailure(error: "Wrong"), 1),
            (CallFailure(status: 503), 2), (CallFailure(status: 404, error: "Flaky"), 1),
            (CallFailure(.ignored, error: "Flaky"), 1),
            (CallFailure(error: "Flaky", retryAfter: .seconds(11)), 1),
        ])
    func described(failure: CallFailure, attempts: Int) async throws {
        let guarded = Guarded(
            retry: try .attempts(2), clock: clock, describing: { _ in failure })
        let starts = Log<Void>()
        let task = Task {
            try await guarded.run {
                starts.add(())
                throw Wrong()
            }
        }
        if attempts == 2 {
            await clock.untilAsleep(1)
            clock.advance(by: .milliseconds(100))
        }
        await #expect(throws: Wrong.self) { try await task.value }
        #expect(starts.all.count == attempts)
    }

    @Test("jitter is the random source's, and a target that asks for more time gets it")
    func delays() async throws {
        let policy = try RetryPolicy {
            $0.maximumAttempts = 2
            $0.retryOn = FailureTypes(statuses: [], errors: ["Flaky"])
        }
        for (retryAfter, delay) in [(nil, 25), (Timespan.milliseconds(70), 70)] {
            let guarded = Guarded(
                retry: policy, clock: clock,
                describing: { _ in CallFailure(error: "Flaky", retryAfter: retryAfter) },
                random: { 0.25 })
            let start = clock.now()
            let task = Task { try await guarded.run { throw Flaky() } }
            await clock.untilAsleep(1)
            clock.advance(by: .milliseconds(Int64(delay) - 1))
            #expect(clock.sleepers == 1)
            clock.advance(by: .milliseconds(1))
            await #expect(throws: Flaky.self) { try await task.value }
            #expect(clock.now() - start == .milliseconds(Int64(delay)))
        }
    }

    @Test("each attempt asks anew, and a denial ends it with what went before")
    func deniedRetry() async throws {
        let breaker = try Breaker(threshold: 2, clock)
        let guarded = Guarded(
            breaker: Keyed(breaker), retry: try .attempts(5), clock: clock)
        let task = Task { try await guarded.run { throw Flaky() } }
        for delay in [100, 200] as [Int64] {
            await clock.untilAsleep(1)
            clock.advance(by: .milliseconds(delay))
        }
        let denied = await #expect(throws: Denied.self) { try await task.value }
        #expect(denied?.reason == .open && denied?.attempt == 3)
        #expect(denied?.lastFailure is Flaky && denied?.retryAfter == .milliseconds(9800))
    }

    @Test("a timeout cancels the call, counts as one, and gives the slot back")
    func timeout() async throws {
        let breaker = try Breaker(threshold: 1, clock)
        let bulkhead = try Bulkhead(slots: 1, clock)
        let guarded = Guarded(
            bulkhead: Keyed(bulkhead), breaker: Keyed(breaker),
            timeout: Timeout(try TimeoutPolicy { $0.timeout = .milliseconds(50) }), clock: clock)
        let ends = Log<Bool>()
        let task = Task { [clock] in
            try await guarded.run {
                defer { ends.add(Task.isCancelled) }
                try await clock.sleep(for: .seconds(1))
            }
        }
        await clock.untilAsleep(2)
        clock.advance(by: .milliseconds(50))
        await #expect(throws: TimedOut.self) { try await task.value }
        #expect(ends.all == [true] && clock.sleepers == 0 && bulkhead.view().inUse == 0)
        #expect(breaker.view().position == .open && breaker.view().figures.counts.timeouts == 1)
        #expect(breaker.view().lastFailureAt == Instant(milliseconds: 50))
    }

    @Test("a timeout is tried again, and a call in time leaves no timer behind")
    func timeoutRetried() async throws {
        let guarded = Guarded(
            timeout: Timeout(try TimeoutPolicy { $0.timeout = .milliseconds(50) }),
            retry: try .attempts(2), clock: clock)
        let (starts, ends) = (Log<Void>(), Log<Void>())
        let task = Task { [clock] in
            try await guarded.run {
                defer { ends.add(()) }
                starts.add(())
                if starts.all.count == 1 { try await clock.sleep(for: .seconds(1)) }
                return 7
            }
        }
        await clock.untilAsleep(2)
        clock.advance(by: .milliseconds(50))
        await until { ends.all.count == 1 }
        await clock.untilAsleep(1)
        clock.advance(by: .milliseconds(100))
        #expect(try await task.value == 7)
        #expect(starts.all.count == 2 && clock.sleepers == 0)
    }

    @Test("a timeout that adapts follows how long calls take")
    func adaptive() async throws {
        let timeout = Timeout(
            try TimeoutPolicy {
                $0.timeout = .seconds(5)
                $0.adaptive = TimeoutAdaptation()
            })
        let guarded = Guarded(timeout: timeout, clock: clock)
        for _ in 1...10 {
            try await guarded.run { [clock] in clock.advance(by: .milliseconds(30)) }
        }
        #expect(timeout.view.timeout == .milliseconds(60) && timeout.view.samples == 10)
    }

    @Test(
        "a caller that is cancelled is let go, counts as no failure, and is not tried again",
        arguments: [true, false])
    func cancelled(throwsItsOwn: Bool) async throws {
        let breaker = try Breaker(threshold: 1, clock)
        let bulkhead = try Bulkhead(slots: 1, clock)
        let timeout = Timeout(try TimeoutPolicy { $0.timeout = .seconds(50) })
        let guarded = Guarded(
            bulkhead: Keyed(bulkhead), breaker: Keyed(breaker), timeout: timeout,
            retry: try .attempts(3), clock: clock)
        let task = Task { [clock] in
            try await guarded.run {
                do { try await clock.sleep(for: .seconds(1)) } catch {
                    throw throwsItsOwn ? Flaky() : error
                }
            } fallback: { _ in
                _ = Issue.record("nobody waits for a value any more")
            }
        }
        await clock.untilAsleep(2)
        task.cancel()
        switch await task.result {
        case .success: Issue.record("it was cancelled")
        case .failure(let error):
            #expect(throwsItsOwn ? error is Flaky : error is CancellationError)
        }
        #expect(clock.sleepers == 0 && bulkhead.view().inUse == 0)
        #expect(breaker.view().position == .closed && breaker.view().figures.counts.ignored == 1)
    }

    @Test("a caller that is cancelled between two attempts does not wait for the next")
    func cancelledBetween() async throws {
        let guarded = Guarded(retry: try .attempts(3), clock: clock)
        let task = Task { try await guarded.run { throw Flaky() } }
        await clock.untilAsleep(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleepers == 0)
    }

    @Test("a probe that is cancelled gives its place back")
    func cancelledProbe() async throws {
        let breaker = try Breaker(threshold: 1, permits: 1, clock)
        let guarded = Guarded(breaker: Keyed(breaker), clock: clock)
        await #expect(throws: Flaky.self) { try await guarded.run { throw Flaky() } }
        clock.advance(by: .seconds(10))
        await #expect(throws: CancellationError.self) {
            try await guarded.run { throw CancellationError() }
        }
        #expect(breaker.view().probesInFlight == 0 && breaker.view().position == .halfOpen)
        try await guarded.run {}
        #expect(breaker.view().probeSuccesses == 1)
    }

    @Test("a task that is cancelled already asks nobody")
    func cancelledBefore() async throws {
        let limiter = try Limiter(quota: 1, clock)
        let guarded = Guarded(limiters: [Keyed(limiter)], clock: clock)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await guarded.run { _ = Issue.record("it was cancelled") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        try limiter.acquire()
    }
}
