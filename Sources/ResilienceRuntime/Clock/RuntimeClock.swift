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

/// Where the runtime gets its time from, and how it waits.
public protocol RuntimeClock: Sendable {
    /// The time. It never goes backwards.
    func now() -> Instant

    /// Waits until the clock shows `deadline`; not at all when it already does.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: Instant) async throws
}

extension RuntimeClock {
    /// Waits for a span from now.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(for span: Timespan) async throws { try await sleep(until: now() + span) }
}

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
