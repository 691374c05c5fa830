import HeapModule
import Resilience

/// Which lines of guards are to be tried when the answer of a part may have changed.
///
/// A line stands at one part that denies the first of its calls: as long as that one denies it,
/// no other matters. The lines at a part are tried in the order of what their calls take of it,
/// then first come first, and only up to the first that the part still denies: those behind take
/// as much or more, and would be denied too. So a part that changes has about as many calls tried
/// as it lets through.
struct BlockedLines {
    /// A part that denies calls.
    struct Part: Hashable {
        let policyID: Int64
        let key: ExactString
    }

    /// The calls of a guard that have the same keys.
    struct Line: Hashable {
        let policyID: Int64
        let key: ExactString
    }

    /// A part that denies the first call of a line.
    struct Obstacle {
        let part: Part
        /// How much of it the call takes.
        let cost: Int64
        /// When it may allow the call; nil where it tells when it does.
        let soonest: Instant?
    }

    private struct Entry: Comparable {
        let cost: Int64
        let arrival: UInt64
        let stamp: UInt64
        let line: Line

        static func == (left: Entry, right: Entry) -> Bool { left.stamp == right.stamp }

        static func < (left: Entry, right: Entry) -> Bool {
            (left.cost, left.arrival, left.stamp) < (right.cost, right.arrival, right.stamp)
        }
    }

    /// The lines at one part; entries that are not in `places` have moved on.
    private struct Queue {
        var entries = Heap<Entry>()
        var count = 0
    }

    private struct Place {
        let entry: Entry
        let part: Part
        /// All parts that deny the line's first call.
        let denying: [Part]
    }

    private var queues: [Part: Queue] = [:]
    private var places: [Line: Place] = [:]
    private var lastStamp: UInt64 = 0

    /// How many lines stand somewhere.
    var count: Int { places.count }
    /// How much is kept for them, with what has moved on.
    var entryCount: Int { queues.values.reduce(0) { $0 + $1.entries.count } }

    /// Has a line stand at the part that denies it for longest.
    ///
    /// - Parameters:
    ///   - arrival: when its first call came, as a number that grows.
    ///   - obstacles: the parts that deny that call, one at least.
    mutating func put(_ line: Line, arrival: UInt64, at obstacles: [Obstacle]) {
        remove(line)
        // Where a part tells a time, the call is denied until then, whatever the others do.
        let longest = obstacles.filter { $0.soonest != nil }.max {
            ($0.soonest ?? .epoch) < ($1.soonest ?? .epoch)
        }
        guard let obstacle = longest ?? obstacles.first else { return }
        lastStamp += 1
        let entry = Entry(
            cost: obstacle.cost, arrival: arrival, stamp: lastStamp, line: line)
        places[line] = Place(entry: entry, part: obstacle.part, denying: obstacles.map(\.part))
        queues[obstacle.part, default: Queue()].entries.insert(entry)
        queues[obstacle.part, default: Queue()].count += 1
    }

    /// Forgets a line.
    mutating func remove(_ line: Line) {
        guard let place = places.removeValue(forKey: line) else { return }
        queues[place.part]?.count -= 1
        tidy(place.part)
    }

    /// Takes the line that is to be tried first when a part has changed; nil when none is.
    mutating func popFirst(at part: Part) -> Line? {
        while let entry = queues[part]?.entries.popMin() {
            guard places[entry.line]?.entry == entry else { continue }
            remove(entry.line)
            return entry.line
        }
        return nil
    }

    /// Whether a line stands somewhere, and that part denied it when it was tried last.
    func isDenied(_ line: Line, by part: Part) -> Bool {
        places[line]?.denying.contains(part) ?? false
    }

    /// The parts of a policy that lines stand at. O(n).
    func parts(of policyID: Int64) -> [Part] { queues.keys.filter { $0.policyID == policyID } }

    private mutating func tidy(_ part: Part) {
        guard let queue = queues[part] else { return }
        if queue.count == 0 {
            queues[part] = nil
        } else if queue.entries.count > 2 * queue.count + 64 {
            let standing = queue.entries.unordered.filter { places[$0.line]?.entry == $0 }
            queues[part]?.entries = Heap(standing)
        }
    }
}
