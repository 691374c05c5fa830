/// The calls of the last so long, counted in ten slices aligned to the epoch.
///
/// The window is the present slice and the nine before it, so that a call counts for more than
/// nine tenths of the duration and at most for all of it.
struct TimeWindow: Equatable, Sendable {
    static let slices: Int64 = 10

    /// One tenth of the window.
    struct Slice: Equatable, Sendable {
        /// How many slices lie between the epoch and this one.
        var index: Int64
        var tally = CallTally()
    }

    let duration: Timespan
    /// Those that hold calls, from the oldest on.
    private(set) var slices: [Slice] = []

    init(duration: Timespan) { self.duration = duration }

    /// The window with these slices; nil when they do not fit it.
    init?(duration: Timespan, slices: [Slice]) {
        let isSorted = zip(slices, slices.dropFirst()).allSatisfy { $0.index < $1.index }
        guard isSorted, slices.count <= Self.slices else { return nil }
        self.duration = duration
        self.slices = slices
    }

    /// The slice that holds `now`.
    func index(at now: Instant) -> Int64 {
        now.nanoseconds.flooredDivision(by: duration.nanoseconds / Self.slices)
    }

    /// The oldest slice that counts.
    func oldest(at now: Instant) -> Int64 { index(at: now) - Self.slices + 1 }

    /// Forgets the slices that count no more. Where the clock was set back, what was counted
    /// since then is counted in the present slice.
    mutating func advance(to now: Instant) {
        let (oldest, present) = (oldest(at: now), index(at: now))
        if let first = slices.first, first.index < oldest {
            slices.removeAll { $0.index < oldest }
        }
        guard let last = slices.last, last.index > present else { return }
        let ahead = slices.filter { $0.index >= present }.map(\.tally).reduce(CallTally(), +)
        slices.removeAll { $0.index >= present }
        slices.append(Slice(index: present, tally: ahead))
    }

    /// Adds so many calls of one kind.
    mutating func add(_ kind: CallKind, _ count: Int64, at now: Instant) {
        advance(to: now)
        let present = index(at: now)
        if slices.last?.index != present { slices.append(Slice(index: present)) }
        slices[slices.count - 1].tally.add(kind, count)
    }

    /// What the window holds.
    func tally(at now: Instant) -> CallTally {
        let oldest = oldest(at: now)
        return slices.lazy.filter { $0.index >= oldest }.map(\.tally).reduce(CallTally(), +)
    }
}
