public import Resilience

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

// Which module of the toolchain `timespec` is of depends on what else is imported.
#if canImport(SwiftOverlayShims)
    import SwiftOverlayShims
#endif

/// The machine's time, immune to steps of its wall clock.
///
/// The wall clock is read once in a process; from then on the time that passes is added, also
/// while the machine sleeps. So all clocks of this type agree.
public struct SystemClock: RuntimeClock {
    private static let origin = (wall: wallTime(), steady: ContinuousClock.now)

    /// The clock of this machine.
    public init() {}

    public func now() -> Instant {
        let origin = Self.origin
        return origin.wall + Timespan(origin.steady.duration(to: .now))
    }

    public func sleep(until deadline: Instant) async throws {
        try await Task.sleep(for: Duration(deadline - now()), clock: .continuous)
    }

    private static func wallTime() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
