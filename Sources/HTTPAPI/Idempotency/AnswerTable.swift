import Crypto
import Resilience

/// Which requests with a key are under way, and what those before were answered.
///
/// A state without clock and lock: what arrives is told its turn, and who waits for the answer of
/// another is handed on by the caller. Bounded by entries and by bytes; the oldest is forgotten
/// first, which is also the one that ends first, since all are kept for the same time.
struct AnswerTable<Waiter: Sendable>: Sendable {
    private enum State {
        case underWay([(id: UInt64, waiter: Waiter)])
        case answered(Reply, until: Instant)
    }

    private struct Entry {
        let content: SHA256Digest
        var state: State
    }

    private let maximumEntries: Int
    private let maximumBytes: Int
    private var entries: [SHA256Digest: Entry] = [:]
    /// The answers that are kept, by numbers in the order in which they came.
    private var order: [Int: (scope: SHA256Digest, bytes: Int)] = [:]
    private var oldest = 0
    private var next = 0
    /// What the kept answers come to.
    private(set) var bytes = 0

    /// How long an answer is kept.
    static var lifetime: Timespan { .seconds(60) }
    /// What an entry costs beside its answer, about.
    static var overhead: Int { 512 }

    /// A table of so many answers at most.
    init(maximumEntries: Int, maximumBytes: Int) {
        self.maximumEntries = maximumEntries
        self.maximumBytes = maximumBytes
    }

    /// How many answers are kept.
    var count: Int { next - oldest }

    /// The turn of a request; of one that is the first the table knows from now on.
    mutating func arrive(_ key: IdempotencyKey, at now: Instant) -> AnswerTurn {
        forgetEnded(at: now)
        guard let entry = entries[key.scope] else {
            entries[key.scope] = Entry(content: key.content, state: .underWay([]))
            return .first
        }
        guard entry.content == key.content else { return .other }
        switch entry.state {
        case .answered(let reply, _): return .answered(reply)
        case .underWay: return .underWay
        }
    }

    /// Has one wait for the answer of the same request that is under way.
    mutating func wait(_ key: IdempotencyKey, _ id: UInt64, _ waiter: Waiter) {
        guard case .underWay(var waiting)? = entries[key.scope]?.state else {
            preconditionFailure("only what is under way can be waited for")
        }
        entries[key.scope]?.state = .underWay([])
        waiting.append((id, waiter))
        entries[key.scope]?.state = .underWay(waiting)
    }

    /// Takes one out that waits no longer; nil when it has had its answer.
    mutating func leave(_ key: IdempotencyKey, _ id: UInt64) -> Waiter? {
        guard case .underWay(var waiting)? = entries[key.scope]?.state,
            let place = waiting.firstIndex(where: { $0.id == id })
        else { return nil }
        let waiter = waiting.remove(at: place).waiter
        entries[key.scope]?.state = .underWay(waiting)
        return waiter
    }

    /// Keeps what a request that was the first is answered, and gives those who wait for it.
    mutating func keep(_ reply: Reply, _ key: IdempotencyKey, at now: Instant) -> [Waiter] {
        let waiting = waiters(key)
        let size = reply.size + Self.overhead
        guard size <= maximumBytes, maximumEntries > 0 else {
            entries[key.scope] = nil
            return waiting
        }
        entries[key.scope]?.state = .answered(reply, until: now + Self.lifetime)
        order[next] = (key.scope, size)
        next += 1
        bytes += size
        while count > maximumEntries || bytes > maximumBytes { forgetOldest() }
        return waiting
    }

    /// Gives the turn of one that came to nothing to the next that waits; nil when none does, and
    /// the key is free again.
    mutating func giveUp(_ key: IdempotencyKey) -> Waiter? {
        guard case .underWay(var waiting)? = entries[key.scope]?.state, !waiting.isEmpty else {
            entries[key.scope] = nil
            return nil
        }
        let heir = waiting.removeFirst().waiter
        entries[key.scope]?.state = .underWay(waiting)
        return heir
    }

    private func waiters(_ key: IdempotencyKey) -> [Waiter] {
        guard case .underWay(let waiting)? = entries[key.scope]?.state else { return [] }
        return waiting.map(\.waiter)
    }

    private mutating func forgetEnded(at now: Instant) {
        while let place = order[oldest], case .answered(_, let end)? = entries[place.scope]?.state,
            end <= now
        {
            forgetOldest()
        }
    }

    private mutating func forgetOldest() {
        guard let place = order.removeValue(forKey: oldest) else { return }
        oldest += 1
        bytes -= place.bytes
        entries[place.scope] = nil
    }
}

/// What a request with a key is to do.
enum AnswerTurn: Sendable {
    /// It is the first: do it, and tell what came of it.
    case first
    /// It was answered before.
    case answered(Reply)
    /// The same is under way.
    case underWay
    /// The key was used for another request.
    case other
}
