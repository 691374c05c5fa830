public import Resilience

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
