/// What was counted in the last so long, in ten slices aligned to the epoch.
///
/// The window is the present slice and the nine before it, so that what happens counts for more
/// than nine tenths of the duration and at most for all of it.
struct SlicedWindow<Counts: SliceCounts>: Equatable, Sendable {
    /// One tenth of the window.
    struct Slice: Equatable, Sendable {
        /// How many slices lie between the epoch and this one.
        var index: Int64
        var counts = Counts()
    }

    /// How many slices there are.
    private static var count: Int64 { 10 }

    let duration: Timespan
    /// Those in which something was counted, from the oldest on.
    private(set) var slices: [Slice] = []

    init(duration: Timespan) { self.duration = duration }

    /// The window with these slices; nil when they do not fit it.
    init?(duration: Timespan, slices: [Slice]) {
        let isSorted = zip(slices, slices.dropFirst()).allSatisfy { $0.index < $1.index }
        guard isSorted, slices.count <= Self.count else { return nil }
        self.duration = duration
        self.slices = slices
    }

    /// The slice that holds `now`.
    func index(at now: Instant) -> Int64 {
        now.nanoseconds.flooredDivision(by: duration.nanoseconds / Self.count)
    }

    /// The oldest slice that counts.
    func oldest(at now: Instant) -> Int64 { index(at: now) - Self.count + 1 }

    /// Forgets the slices that count no more. Where the clock was set back, what was counted
    /// since then is counted in the present slice.
    mutating func advance(to now: Instant) {
        let (oldest, present) = (oldest(at: now), index(at: now))
        if let first = slices.first, first.index < oldest {
            slices.removeAll { $0.index < oldest }
        }
        guard let last = slices.last, last.index > present else { return }
        let ahead = slices.filter { $0.index >= present }.map(\.counts).reduce(Counts(), +)
        slices.removeAll { $0.index >= present }
        slices.append(Slice(index: present, counts: ahead))
    }

    /// Counts something in the present slice.
    mutating func count(at now: Instant, _ add: (inout Counts) -> Void) {
        advance(to: now)
        let present = index(at: now)
        if slices.last?.index != present { slices.append(Slice(index: present)) }
        add(&slices[slices.count - 1].counts)
    }

    /// What the window holds.
    func counts(at now: Instant) -> Counts {
        let oldest = oldest(at: now)
        return slices.lazy.filter { $0.index >= oldest }.map(\.counts).reduce(Counts(), +)
    }
}

extension SlicedWindow {
    /// The duration, and the slices with their counts.
    var snapshot: JSONObject {
        [
            "duration": .integer(duration.nanoseconds),
            "slices": .array(slices.map { .array([.integer($0.index)] + $0.counts.snapshot) }),
        ]
    }

    /// The window of a snapshot; nil when it is none.
    init?(snapshot document: JSONObject) {
        let durations = Bounds.slicedWindowsMilliseconds
        guard let duration = document["duration"]?.integer,
            (durations.lowerBound * 1_000_000...durations.upperBound * 1_000_000)
                .contains(duration),
            let values = document["slices"]?.array
        else { return nil }
        let slices = values.compactMap { value in
            value.array.flatMap { slice -> Slice? in
                let figures = slice.compactMap(\.integer)
                guard figures.count == slice.count, let index = figures.first,
                    let counts = Counts(figures.dropFirst())
                else { return nil }
                return Slice(index: index, counts: counts)
            }
        }
        guard slices.count == values.count else { return nil }
        self.init(duration: Timespan(nanoseconds: duration), slices: slices)
    }
}

/// What is counted in the slices of a window.
protocol SliceCounts: Equatable, Sendable {
    /// Nothing counted.
    init()
    /// What a snapshot holds of it; nil when those are no counts of it.
    init?(_ counts: ArraySlice<Int64>)
    /// The counts, as a snapshot has them.
    var snapshot: [JSONValue] { get }
    /// Both together.
    static func + (left: Self, right: Self) -> Self
}
