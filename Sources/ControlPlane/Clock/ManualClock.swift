public import Resilience
import Synchronization

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
