import HeapModule
import Resilience

/// A call that stands in a line.
protocol LineMember: Sendable {
    /// Which call it is.
    var id: UInt64 { get }
    /// Until when it waits.
    var deadline: Instant { get }
}

/// Where no call waits.
extension Never: LineMember {
    var id: UInt64 { switch self {} }
    var deadline: Instant { switch self {} }
}

/// Calls that wait, first come first.
///
/// To join takes O(log n), to leave O(log n) in the long run, wherever in the line the call
/// stands; who is first, and whose wait ends first, is known at once.
struct WaitingLine<Member: LineMember>: Sendable {
    private var members: [UInt64: (place: UInt64, member: Member)] = [:]
    /// The calls in the order in which they came, with some that have left.
    private var order: [UInt64] = []
    /// How many at the beginning of the order have left.
    private var gone = 0
    /// The calls by their deadlines, with some that have left.
    private var ends = Heap<End>()
    private var lastPlace: UInt64 = 0

    private struct End: Comparable {
        let deadline: Instant
        let id: UInt64

        static func < (left: End, right: End) -> Bool {
            (left.deadline, left.id) < (right.deadline, right.id)
        }
    }

    /// A line with nobody in it.
    init() {}

    /// Whether nobody waits.
    var isEmpty: Bool { members.isEmpty }
    /// How many wait.
    var count: Int { members.count }
    /// Who came first.
    var first: Member? { order[gone...].first.flatMap { members[$0]?.member } }
    /// When the first wait is over.
    var earliestDeadline: Instant? { ends.min?.deadline }

    /// A call joins at the end.
    mutating func append(_ member: Member) {
        lastPlace += 1
        members[member.id] = (lastPlace, member)
        order.append(member.id)
        ends.insert(End(deadline: member.deadline, id: member.id))
    }

    /// A call leaves; nil when it does not wait.
    @discardableResult
    mutating func remove(id: UInt64) -> Member? {
        guard let (_, member) = members.removeValue(forKey: id) else { return nil }
        tidy()
        return member
    }

    /// The first one leaves; nil when nobody waits.
    @discardableResult
    mutating func removeFirst() -> Member? { first.flatMap { remove(id: $0.id) } }

    /// Those leave whose wait is over at `now`, in the order in which they came.
    mutating func removeLate(at now: Instant) -> [Member] {
        var late: [(place: UInt64, member: Member)] = []
        while let end = ends.min, end.deadline <= now {
            if let call = members.removeValue(forKey: end.id) { late.append(call) }
            tidy()
        }
        return late.sorted { $0.place < $1.place }.map(\.member)
    }

    /// Drops those who have left, where they are in the way or most of what is kept.
    private mutating func tidy() {
        while gone < order.count, members[order[gone]] == nil { gone += 1 }
        if order.count > 2 * members.count + 64 {
            order = order[gone...].filter { members[$0] != nil }
            gone = 0
        }
        while let end = ends.min, members[end.id] == nil { ends.removeMin() }
        if ends.count > 2 * members.count + 64 {
            ends = Heap(members.values.map { End(deadline: $0.member.deadline, id: $0.member.id) })
        }
    }
}

extension WaitingLine: Sequence {
    /// Goes through those who wait, first come first.
    func makeIterator() -> some IteratorProtocol<Member> {
        order[gone...].lazy.compactMap { members[$0]?.member }.makeIterator()
    }
}

extension WaitingLine {
    /// A line of these calls.
    init(_ members: [Member]) {
        self.init()
        for member in members { append(member) }
    }
}
