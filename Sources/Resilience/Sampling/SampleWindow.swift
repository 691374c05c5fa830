/// The durations of the last so many calls, and their percentiles, exactly.
///
/// The durations are held twice: as they came, so that the oldest makes room, and sorted, so that
/// a percentile is one look. Adding one is O(log n) comparisons and a move of at most n numbers,
/// which for the sizes that ``Bounds/sampleWindows`` allows is faster than any tree.
public struct SampleWindow: Sendable {
    /// How many are held at most.
    public let capacity: Int
    /// Those held; once it is full, a ring whose oldest stands at ``oldest``.
    private var ring: [Timespan] = []
    private var oldest = 0
    private var sorted: [Timespan] = []

    /// An empty window that holds up to `capacity` durations, one or more.
    public init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    /// The window that holds the last of these durations, which are told from the oldest on.
    public init(capacity: Int, samples: some Collection<Timespan>) {
        self.init(capacity: capacity)
        ring = Array(samples.suffix(capacity))
        sorted = ring.sorted()
    }

    /// How many are held.
    public var count: Int { ring.count }

    /// Those held, from the oldest on.
    public var samples: [Timespan] { Array(ring[oldest...] + ring[..<oldest]) }

    /// Adds a duration; past the capacity the oldest makes room.
    public mutating func add(_ duration: Timespan) {
        if ring.count < capacity {
            ring.append(duration)
        } else {
            sorted.remove(at: position(of: ring[oldest]))
            ring[oldest] = duration
            oldest = (oldest + 1) % capacity
        }
        sorted.insert(duration, at: position(of: duration))
    }

    /// The duration that `fraction` of those held do not exceed, by the nearest rank: the one at
    /// place ⌈fraction · count⌉ of the sorted ones, at least the first. Nil when there are none.
    ///
    /// The fraction, of 0…1, counts to nine decimal places and is multiplied in integers: as
    /// doubles 0.07 of 100 would be a little more than 7.
    public func percentile(_ fraction: Double) -> Timespan? {
        precondition((0...1).contains(fraction))
        guard !sorted.isEmpty else { return nil }
        let product = fraction.billionths * Int64(sorted.count)
        let rank = Int((product + 1.0.billionths - 1) / 1.0.billionths)
        return sorted[max(1, rank) - 1]
    }

    /// The first place in the sorted ones where `duration` stands or belongs.
    private func position(of duration: Timespan) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < duration { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SampleWindow: Equatable {
    /// Whether both hold the same in the same order, however they came to.
    public static func == (left: Self, right: Self) -> Bool {
        left.capacity == right.capacity && left.samples == right.samples
    }
}

extension SampleWindow: Snapshot {
    /// The capacity, and the durations in nanoseconds from the oldest on.
    public var snapshot: JSONValue {
        [
            "capacity": .integer(Int64(capacity)),
            "samples": .array(samples.map { .integer($0.nanoseconds) }),
        ]
    }

    public init?(snapshot: JSONValue) {
        let durations = Bounds.durationsMilliseconds.upperBound * 1_000_000
        guard let document = snapshot.object, let capacity = document["capacity"]?.integer,
            Bounds.sampleWindows.contains(capacity), let values = document["samples"]?.array,
            values.count <= capacity
        else { return nil }
        let samples = values.compactMap(\.integer).filter { (0...durations).contains($0) }
        guard samples.count == values.count else { return nil }
        self.init(
            capacity: Int(capacity), samples: samples.map { Timespan(nanoseconds: $0) })
    }
}
