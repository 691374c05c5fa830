import Dispatch
internal import GRDB
import Resilience
import Synchronization

/// The one writer: it takes changes from everywhere and commits many of them at once.
///
/// A commit waits for the disk. While it does, further changes queue up, and the next commit
/// takes many of them, so that the wait is shared and none is answered before it is on disk. When
/// more waits than one commit takes, what somebody waits for goes ahead of levels (``Lane``).
/// When a commit fails for a reason that lies in one of its changes, they are tried one by one: a
/// fault in one takes no other with it. When the disk is what fails, all of them fail with it.
///
/// Changes must be handed over with the lock of what they describe held: the order in which they
/// are handed over tells which of two states of a key is the newer. An older one that comes later,
/// since it was overtaken, is not written; its change is done all the same. Events are written in
/// the order of handing over within a lane: two that were awaited always stand in that order, and
/// an event of a level may stand behind later ones that overtook it, never before earlier ones.
///
/// The queue is guarded by a mutex; the database is used on a dispatch queue of its own, off the
/// threads that answer.
public final class Writer: Sendable {
    /// At most so much waits to be written, in rows and portions of their size.
    public static let maximumWaiting = WaitingChanges.maximum

    /// What was committed.
    let feed: Feed
    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "switchgear.writer")
    private let waiting = Mutex(Waiting())
    private let journal: Mutex<Journal>
    private let failures = Mutex(Failures())
    private let failed = Atomic(0)

    private struct Waiting {
        var changes = WaitingChanges()
        var isDraining = false
        var isClosed = false
    }

    private struct Failures {
        var last: String?
        var untold: String?
    }

    init(_ pool: DatabasePool) throws {
        self.pool = pool
        let journal = try pool.writeWithoutTransaction { try Journal($0) }
        feed = Feed(pool, after: journal.lastSeq)
        self.journal = Mutex(journal)
    }

    /// How many changes could not be written since the start.
    public var failedChanges: Int { failed.load(ordering: .relaxed) }

    /// What the last commit failed with; nil while all is well.
    public var lastFailure: String? { failures.withLock(\.last) }

    /// What a commit failed with since this was asked last, though another may have succeeded.
    public func takeFailure() -> String? {
        failures.withLock { failures in
            defer { failures.untold = nil }
            return failures.untold
        }
    }

    /// Whether levels are taken; the other half of the room is for what somebody waits for.
    public var hasRoom: Bool {
        waiting.withLock { !$0.isClosed && $0.changes.weight < WaitingChanges.maximumForLevels }
    }

    /// Writes `change` and returns when it is on disk.
    ///
    /// - Returns: The place of its first event in the history.
    /// - Throws: ``StoreError``; then nothing of it was written.
    @discardableResult
    public func commit(_ change: Change, in lane: Lane = .awaited) async throws -> Int64 {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(change, in: lane) { continuation.resume(with: $0) }
        }
    }

    /// Hands over `change` to be written soon, and calls `done` when it is or cannot be. A change
    /// of anything but states, marks and events is always written as an awaited one.
    public func enqueue(
        _ change: Change, in lane: Lane = .deferred,
        done: (@Sendable (Result<Int64, StoreError>) -> Void)? = nil
    ) {
        let weight = change.weight
        let verdict = waiting.withLock { waiting -> (refusal: StoreError?, starts: Bool) in
            if waiting.isClosed { return (StoreError(.closed, "the store is closed"), false) }
            guard waiting.changes.add(change, weighing: weight, in: lane, done: done) else {
                return (StoreError(.overloaded, "too much is waiting to be written"), false)
            }
            defer { waiting.isDraining = true }
            return (nil, !waiting.isDraining)
        }
        if let refusal = verdict.refusal {
            failed.add(1, ordering: .relaxed)
            // Not on this thread: it may hold the lock that `done` takes.
            DispatchQueue.global().async { done?(.failure(refusal)) }
        }
        if verdict.starts { queue.async { self.drain() } }
    }

    /// How much waits to be taken into a commit.
    var backlog: Int { waiting.withLock(\.changes.weight) }

    /// How many changes wait to be taken into a commit.
    var waitingChanges: Int { waiting.withLock(\.changes.count) }

    /// How many rows are known to be newer than changes that wait.
    var knownRows: Int { journal.withLock(\.knownRows) }

    /// Returns when everything handed over before is on disk.
    public func flush() async throws { try await commit(Change(), in: .deferred) }

    /// Returns when levels are taken again, or nothing can be written: what is handed over at a
    /// stop must not be refused for want of room.
    public func makeRoom() async {
        if !hasRoom { try? await flush() }
    }

    /// Takes no more changes; what was handed over before is still written.
    func close() {
        waiting.withLock { $0.isClosed = true }
        queue.sync { drain() }
        feed.close()
    }

    private func drain() {
        while let batch = nextBatch() {
            write(batch)
            journal.withLock { $0.forgetRows(before: batch.oldestWaiting) }
        }
    }

    private func nextBatch() -> Batch? {
        let mustKeepOrder = journal.withLock(\.mustKeepOrder)
        return waiting.withLock { waiting in
            let batch = waiting.changes.nextBatch(isInOrder: mustKeepOrder)
            waiting.isDraining = !batch.changes.isEmpty
            return batch.changes.isEmpty ? nil : batch
        }
    }

    private func write(_ batch: Batch) {
        let changes = batch.changes
        switch attempt(changes[...], of: batch) {
        case .success(let seqs):
            for (change, seq) in zip(changes, seqs) { tell(change, .success(seq)) }
        case .failure(let error) where error.liesInOneChange && changes.count > 1:
            writeOneByOne(batch)
        case .failure(let error):
            for change in changes { tell(change, .failure(error.told)) }
        }
    }

    /// Commits each change by itself, up to a failure that would meet all of them: on a full or
    /// broken disk each attempt takes its time only to fail again.
    private func writeOneByOne(_ batch: Batch) {
        var broken: CommitError?
        for (index, change) in batch.changes.enumerated() {
            let result =
                broken.map { .failure($0) } ?? attempt(batch.changes[index...index], of: batch)
            if case .failure(let error) = result, !error.liesInOneChange { broken = error }
            tell(change, result.map { $0[0] }.mapError(\.told))
        }
    }

    private func tell(_ change: WaitingChange, _ result: Result<Int64, StoreError>) {
        if case .failure = result { failed.add(1, ordering: .relaxed) }
        change.done?(result)
    }

    /// Commits changes of a batch together, and publishes their events.
    private func attempt(
        _ changes: ArraySlice<WaitingChange>, of batch: Batch
    ) -> Result<[Int64], CommitError> {
        do {
            let seqs = try pool.writeWithoutTransaction { database in
                try journal.withLock {
                    try $0.write(changes, overtaking: batch.oldestWaiting, in: database)
                }
            }
            // A barrier writes nothing, and so shows nothing.
            if changes.contains(where: \.change.isWriting) { failures.withLock { $0.last = nil } }
            if let first = seqs.first { feed.publish(changes.lazy.map(\.change), from: first) }
            return .success(seqs)
        } catch {
            let message = StoreError.words(of: error)
            failures.withLock { $0 = Failures(last: message, untold: message) }
            return .failure(CommitError(error))
        }
    }
}

/// How soon a change is written, while more waits than one commit takes.
public enum Lane: CaseIterable, Sendable {
    /// Somebody waits for it, or the history must tell of it in its place.
    case awaited
    /// A level that can wait: a checkpoint, an event of a run of denials, marks of permits. What
    /// is awaited may overtake it, and it overtakes nothing.
    case deferred
}
