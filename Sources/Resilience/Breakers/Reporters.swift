/// Who reported something, and what of it was last: the most recent reporters of a key.
///
/// A reporter is in the window as long as its last report is. Once more are known than fit, the
/// one that would fall out first is forgotten, so that "at least n in the window" is right for
/// every n up to that bound.
struct Reporters: Equatable, Sendable {
    /// One of those who reported.
    struct Reporter: Equatable, Sendable {
        /// Its name, hashed: names may be long, and are compared for equality only.
        let hash: UInt64
        /// The place of its last report: a call's number, a slice's index.
        var position: Int64
    }

    /// From the least to the most recent.
    private(set) var known: [Reporter] = []

    init() {}

    /// These reporters; nil when they are too many.
    init?(_ known: [Reporter]) {
        guard known.count <= Bounds.reporters else { return nil }
        self.known = known
    }

    /// Takes a report down. O(n) in the reporters known.
    mutating func note(_ name: String?, at position: Int64) {
        let hash = Self.hash(name ?? "")
        if known.last?.hash == hash {
            known[known.count - 1].position = position
            return
        }
        known.removeAll { $0.hash == hash }
        known.append(Reporter(hash: hash, position: position))
        if known.count > Bounds.reporters { known.removeFirst() }
    }

    /// How many reported something at `position` or later.
    func count(since position: Int64) -> Int {
        known.count { $0.position >= position }
    }

    /// Puts what lies after `position` there; for a clock that was set back.
    mutating func clamp(to position: Int64) {
        for index in known.indices { known[index].position = min(known[index].position, position) }
    }

    /// Makes all places lower by so much, those before it the first.
    mutating func shift(by places: Int64) {
        guard places > 0 else { return }
        for index in known.indices {
            known[index].position = max(known[index].position, places) - places
        }
    }

    /// FNV-1a (Fowler, Noll, Vo), which is the same in every process.
    private static func hash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
