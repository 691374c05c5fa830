/// The heaviest of many keys, counted in a bounded number of counters.
///
/// This is Space-Saving (Metwally, Agrawal and El Abbadi, *Efficient Computation of Frequent and
/// Top-k Elements in Data Streams*, 2005): a key that has no counter takes over the lightest one,
/// and its count with it, which is the most that the key may have had before. So of n calls
/// counted in m counters every key with more than n/m is there, no count is too low, and none is
/// too high by more than its error, which is at most n/m. Of the lightest counters the one goes
/// that was not touched the longest, so that the same calls always give the same answer.
public struct HeavyHitters: Sendable {
    /// How many keys are counted at once.
    public let capacity: Int
    private var counters: [Counter] = []
    private var places: [ExactString: Int] = [:]
    /// The places of the counters, as a binary heap with the lightest first.
    private var heap: [Int] = []
    private var touches: UInt64 = 0

    private struct Counter {
        var hitter: HeavyHitter
        /// When it was touched last, in touches.
        var touched: UInt64
        var heapIndex: Int
    }

    /// No calls, with room for so many keys.
    public init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    /// Counts one more call of `key`. O(log capacity).
    public mutating func add(_ key: ExactString) {
        if let place = places[key] {
            counters[place].hitter.count += 1
            touch(place)
            sink(place)
        } else if counters.count < capacity {
            append(HeavyHitter(key: key, count: 1, error: 0))
        } else {
            let place = heap[0]
            let lightest = counters[place].hitter
            places[lightest.key] = nil
            places[key] = place
            counters[place].hitter = HeavyHitter(
                key: key, count: lightest.count + 1, error: lightest.count)
            touch(place)
            sink(place)
        }
    }

    /// The heaviest keys, at most `limit`, heaviest first, those of one weight by their bytes.
    public func top(_ limit: Int) -> [HeavyHitter] {
        Self.heaviest(of: counters.map(\.hitter), limit)
    }

    /// The heaviest of these, at most `limit`, heaviest first, those of one weight by their bytes.
    public static func heaviest(of hitters: [HeavyHitter], _ limit: Int) -> [HeavyHitter] {
        let sorted = hitters.sorted { left, right in
            left.count != right.count ? left.count > right.count : left.key < right.key
        }
        return Array(sorted.prefix(limit))
    }

    /// Takes over a key that was counted elsewhere and has no counter here. Where there is no room,
    /// it takes the place of the lightest if it is heavier.
    public mutating func take(_ hitter: HeavyHitter) {
        guard places[hitter.key] == nil else { return }
        guard counters.count >= capacity else { return append(hitter) }
        let place = heap[0]
        guard counters[place].hitter.count < hitter.count else { return }
        places[counters[place].hitter.key] = nil
        places[hitter.key] = place
        counters[place].hitter = hitter
        touch(place)
        sink(place)
    }

    private mutating func append(_ hitter: HeavyHitter) {
        let place = counters.count
        counters.append(Counter(hitter: hitter, touched: 0, heapIndex: place))
        places[hitter.key] = place
        heap.append(place)
        touch(place)
        rise(place)
    }

    private mutating func touch(_ place: Int) {
        touches += 1
        counters[place].touched = touches
    }

    private func isLighter(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (counters[left], counters[right])
        return left.hitter.count != right.hitter.count
            ? left.hitter.count < right.hitter.count : left.touched < right.touched
    }

    private mutating func rise(_ place: Int) {
        var index = counters[place].heapIndex
        while index > 0, isLighter(place, heap[(index - 1) / 2]) {
            set(heap[(index - 1) / 2], at: index)
            index = (index - 1) / 2
        }
        set(place, at: index)
    }

    private mutating func sink(_ place: Int) {
        var index = counters[place].heapIndex
        while 2 * index + 1 < heap.count {
            let (left, right) = (2 * index + 1, 2 * index + 2)
            let child = right < heap.count && isLighter(heap[right], heap[left]) ? right : left
            guard isLighter(heap[child], place) else { break }
            set(heap[child], at: index)
            index = child
        }
        set(place, at: index)
    }

    private mutating func set(_ place: Int, at index: Int) {
        heap[index] = place
        counters[place].heapIndex = index
    }
}

extension HeavyHitters: Equatable {
    /// Whether both hold the same and will go on alike.
    public static func == (left: Self, right: Self) -> Bool {
        left.capacity == right.capacity && left.lightestFirst == right.lightestFirst
    }

    /// The hitters in the order in which they would go.
    private var lightestFirst: [HeavyHitter] {
        counters.indices.sorted(by: isLighter).map { counters[$0].hitter }
    }
}

extension HeavyHitters: Snapshot {
    public var snapshot: JSONValue {
        [
            "capacity": .integer(Int64(capacity)),
            "keys": .array(
                lightestFirst.map { hitter in
                    [.string(hitter.key.text), .integer(hitter.count), .integer(hitter.error)]
                }),
        ]
    }

    public init?(snapshot: JSONValue) {
        guard let document = snapshot.object, let capacity = document["capacity"]?.integer,
            Bounds.heavyHitters.contains(capacity), let keys = document["keys"]?.array,
            keys.count <= capacity
        else { return nil }
        self.init(capacity: Int(capacity))
        for snapshot in keys {
            guard let hitter = HeavyHitter(snapshot: snapshot), places[hitter.key] == nil else {
                return nil
            }
            append(hitter)
        }
    }
}

/// A key, and about how many calls it made.
public struct HeavyHitter: Equatable, Sendable {
    /// Whose calls they were.
    public let key: ExactString
    /// How many there were at most.
    public internal(set) var count: Int64
    /// By how many that may be too high.
    public let error: Int64

    /// A key with its count.
    public init(key: ExactString, count: Int64, error: Int64) {
        self.key = key
        self.count = count
        self.error = error
    }
}

extension HeavyHitter {
    init?(snapshot: JSONValue) {
        guard let parts = snapshot.array, parts.count == 3, let key = parts[0].string,
            key.utf8.count <= Key.maximumBytes, let count = parts[1].integer,
            let error = parts[2].integer, error >= 0, error < count, count < 1 << 62
        else { return nil }
        self.init(key: ExactString(key), count: count, error: error)
    }
}
