/// What a closed breaker remembers of its calls.
struct CallLog: Equatable, Sendable {
    /// The calls themselves, as the type of window keeps them.
    enum Window: Equatable, Sendable {
        /// All calls since it closed.
        case consecutive(CallCounts)
        case count(CountWindow)
        case time(TimeWindow)
    }

    var window = Window.consecutive(CallCounts())
    /// The failures in a row up to the last call.
    var consecutiveFailures: Int64 = 0
    /// Who reported failures.
    var failing = Reporters()
    /// Who reported slow calls.
    var slow = Reporters()

    /// What stands in for a window while it is changed, so that it is changed in place.
    private static let nothing = Window.consecutive(CallCounts())

    init() {}

    /// A log without calls.
    init(_ spec: BreakerWindowSpec) {
        window =
            switch spec.type {
            case .consecutive: .consecutive(CallCounts())
            case .count: .count(CountWindow(size: spec.size ?? 100))
            case .time: .time(TimeWindow(duration: spec.duration ?? .seconds(60)))
            }
    }

    /// Whether no call is remembered.
    var isEmpty: Bool {
        switch window {
        case .consecutive(let counts): counts.total == 0
        case .count(let window): window.counts.total == 0
        case .time(let window): window.slices.isEmpty
        }
    }

    /// Whether the calls were counted in a window like that.
    func fits(_ spec: BreakerWindowSpec) -> Bool {
        switch window {
        case .consecutive: spec.type == .consecutive
        case .count(let window): spec.type == .count && spec.size == window.size
        case .time(let window): spec.type == .time && spec.duration == window.duration
        }
    }

    /// Lets time pass; where the clock was set back, what was counted since then counts as of now.
    mutating func advance(to now: Instant) {
        guard case .time(var calls) = window else { return }
        window = Self.nothing
        calls.advance(to: now)
        window = .time(calls)
        failing.clamp(to: calls.index(at: now))
        slow.clamp(to: calls.index(at: now))
    }

    /// Adds so many calls of one kind by one reporter.
    mutating func add(_ kind: CallKind, _ count: Int64, by reporter: String?, at now: Instant) {
        let position: Int64
        switch window {
        case .consecutive(var counts):
            counts.add(kind, count)
            window = .consecutive(counts)
            if kind.outcome == .success { failing = Reporters() }
            position = 0
        case .count(var calls):
            window = Self.nothing
            let shift = calls.add(kind, count)
            window = .count(calls)
            failing.shift(by: shift)
            slow.shift(by: shift)
            position = calls.position
        case .time(var calls):
            window = Self.nothing
            calls.add(kind, count, at: now)
            window = .time(calls)
            position = calls.index(at: now)
        }
        consecutiveFailures =
            kind.outcome.isFailure ? CallCounts.sum(consecutiveFailures, count) : 0
        if kind.outcome.isFailure { failing.note(reporter, at: position) }
        if kind.isSlow { slow.note(reporter, at: position) }
    }

    /// What the window holds.
    func counts(at now: Instant) -> CallCounts {
        switch window {
        case .consecutive(let counts): counts
        case .count(let window): window.counts
        case .time(let window): window.counts(at: now)
        }
    }

    /// The place of the oldest call in the window, as reporters' places are counted.
    func oldest(at now: Instant) -> Int64 {
        switch window {
        case .consecutive: 0
        case .count(let window): window.oldest
        case .time(let window): window.oldest(at: now)
        }
    }
}
