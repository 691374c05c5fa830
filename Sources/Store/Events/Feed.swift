internal import DequeModule
internal import GRDB
import Resilience
import Synchronization

/// The events that were committed, in the order of their places, for whoever listens.
///
/// Each event is told after its commit. The latest are kept in memory as long as anybody listens;
/// whoever asks for older ones, or does not keep up, reads them from the database, so that a slow
/// listener costs no memory and holds up nobody. While nobody listens, a commit costs it a lock
/// and a sum. Guarded by a mutex.
public final class Feed: Sendable {
    /// How much is kept in memory, weighed as changes are: about a megabyte.
    static let maximumRecent = 4096
    /// At most so many events are told at once.
    static let longestPage = 256

    private let pool: DatabasePool
    private let state: Mutex<State>

    fileprivate struct State {
        var lastSeq: Int64
        /// The latest events; their places have no gap, and end with the last one.
        var recent = Deque<EventRecord>()
        var recentWeight = 0
        var listeners = 0
        var waiting: [Int64: CheckedContinuation<Void, Never>] = [:]
        var lastTicket: Int64 = 0
        var isClosed = false
    }

    /// What there is for a listener.
    enum Next {
        case events([EventRecord])
        /// The next one is to be read from the database, where all are up to that place.
        case stored(upTo: Int64)
        /// Nothing yet.
        case nothing
        /// Nothing any more.
        case end
    }

    init(_ pool: DatabasePool, after lastSeq: Int64) {
        self.pool = pool
        state = Mutex(State(lastSeq: lastSeq))
    }

    /// The place of the last event that was committed.
    public var lastSeq: Int64 { state.withLock(\.lastSeq) }

    /// How many events are kept in memory.
    var recentCount: Int { state.withLock(\.recent.count) }

    /// Listens to the events after the place `seq`, from the oldest on, or to those that are
    /// committed from now on. Each is told once, in order, until the store is closed; who listens
    /// again after the last place that it saw misses nothing.
    public func subscribe(after seq: Int64? = nil) -> FeedEvents {
        FeedEvents(feed: self, after: min(max(0, seq ?? lastSeq), .max - 1))
    }

    // MARK: The writer's side

    /// Tells of changes that are on disk; `first` is the place of the first of their events.
    func publish(_ changes: some Sequence<Change>, from first: Int64) {
        let waiting = state.withLock { state in
            let before = state.lastSeq
            state.add(changes, from: first)
            return state.lastSeq > before ? state.takeWaiting() : []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Ends the listening, once those who keep up have been told everything.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: The listeners' side

    /// Counts a listener in.
    func enter() { state.withLock { $0.listeners += 1 } }

    /// Counts a listener out.
    func leave() {
        state.withLock { state in
            state.listeners -= 1
            if state.listeners == 0 { state.forgetRecent() }
        }
    }

    /// What comes after the place `seq`.
    func next(after seq: Int64) -> Next { state.withLock { $0.next(after: seq) } }

    /// The events after the place `seq`, from the database; nil once it is closed.
    func page(after seq: Int64) async throws(StoreError) -> [EventRecord]? {
        var query = EventQuery()
        query.after = seq
        query.isAscending = true
        query.limit = Self.longestPage
        do {
            return try await pool.read { [query] in
                try EventReader(database: $0).page(query).records
            }
        } catch {
            if state.withLock(\.isClosed) || error is CancellationError { return nil }
            throw StoreError(
                .unavailable, "the database cannot be read: \(StoreError.words(of: error))")
        }
    }

    /// Returns when there may be something after the place `seq`, or the task is cancelled.
    func wait(after seq: Int64) async {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard case .nothing = state.next(after: seq), !Task.isCancelled else {
                        return false
                    }
                    state.waiting[ticket] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
    }
}

extension Feed.State {
    fileprivate mutating func add(_ changes: some Sequence<Change>, from first: Int64) {
        guard listeners > 0 else {
            lastSeq = changes.reduce(first - 1) { $0 + Int64($1.events.count) }
            return
        }
        lastSeq = first - 1
        for event in changes.lazy.flatMap(\.events) {
            lastSeq += 1
            recent.append(EventRecord(seq: lastSeq, event: event))
            recentWeight += event.weight
            while recentWeight > Feed.maximumRecent, let oldest = recent.popFirst() {
                recentWeight -= oldest.event.weight
            }
        }
    }

    fileprivate mutating func forgetRecent() {
        recent = []
        recentWeight = 0
    }

    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        guard !waiting.isEmpty else { return [] }
        defer { waiting = [:] }
        return Array(waiting.values)
    }

    fileprivate func next(after seq: Int64) -> Feed.Next {
        guard seq < lastSeq else { return isClosed ? .end : .nothing }
        guard let first = recent.first?.seq, first <= seq + 1 else {
            return isClosed ? .end : .stored(upTo: (recent.first?.seq ?? lastSeq + 1) - 1)
        }
        let start = Int(seq + 1 - first)
        let end = min(recent.count, start + Feed.longestPage)
        return .events(Array(recent[start..<end]))
    }
}
