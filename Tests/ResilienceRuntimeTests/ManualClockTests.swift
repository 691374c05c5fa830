import Resilience
import ResilienceRuntime
import Testing

@Suite("The manual clock")
struct ManualClockTests {
    @Test("wakes those whose time has come, and nobody else")
    func wakes() async throws {
        let clock = ManualClock(at: Instant(milliseconds: 5))
        let log = Log<Int64>()
        async let first: Void = {
            try await clock.sleep(for: .milliseconds(10)); log.add(10)
        }()
        async let second: Void = {
            try await clock.sleep(for: .milliseconds(20)); log.add(20)
        }()
        await clock.untilAsleep(2)
        clock.advance(by: .milliseconds(9))
        #expect(clock.sleepers == 2)
        clock.advance(by: .milliseconds(1))
        try await first
        #expect(log.all == [10] && clock.sleepers == 1)
        clock.advance(by: .seconds(1))
        try await second
        #expect(log.all == [10, 20] && clock.now() == Instant(milliseconds: 1015))
    }

    @Test("lets nobody sleep whose time has come, or who is cancelled")
    func awake() async throws {
        let clock = ManualClock()
        try await clock.sleep(until: .epoch)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleepers == 0)
    }

    @Test("wakes who is cancelled at once")
    func cancelled() async throws {
        let clock = ManualClock()
        let task = Task { try await clock.sleep(for: .seconds(1)) }
        await clock.untilAsleep(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleepers == 0)
    }

    @Test("the clock of the machine goes on, agrees with its like, and ends a wait that is over")
    func system() async throws {
        let clock = SystemClock()
        let first = clock.now()
        #expect(first.timestamp > "2026" && SystemClock().now() >= first)
        try await clock.sleep(until: first)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(3600))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
