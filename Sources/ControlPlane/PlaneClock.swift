public import Resilience
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The source of policy time. It never goes backwards within a process.
public protocol PlaneClock: Sendable {
    /// The time.
    func now() -> Instant
}

/// The machine's time, immune to steps of its wall clock.
///
/// The wall clock is read once; from then on the time since boot is added. So a step of the wall
/// clock, which neither freezes nor spends anything, is taken over at the next start.
public struct SystemClock: PlaneClock {
    private let offset: Int64

    /// A clock that agrees with the wall clock now.
    public init() { offset = Self.read(CLOCK_REALTIME) - Self.read(Self.steady) }

    public func now() -> Instant { Instant(nanoseconds: offset + Self.read(Self.steady)) }

    #if os(Linux)
        private static let steady = CLOCK_BOOTTIME
    #else
        private static let steady = CLOCK_MONOTONIC
    #endif

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A clock that stands still until it is moved, for tests.
public final class ManualClock: PlaneClock {
    /// Where a clock begins that was never moved: 2026-01-01T00:00:00Z.
    public static let beginning = Instant(milliseconds: 1_767_225_600_000)
    /// How far a clock goes: 2200-01-01T00:00:00Z, well inside the range of instants.
    public static let end = Instant(milliseconds: 7_258_118_400_000)

    private let time: Mutex<Instant>

    /// A clock that stands at `time`.
    public init(at time: Instant = ManualClock.beginning) { self.time = Mutex(time) }

    public func now() -> Instant { time.withLock { $0 } }

    /// Moves the clock to `instant`; an earlier one is no move.
    func move(to instant: Instant) { time.withLock { $0 = max($0, instant) } }
}
