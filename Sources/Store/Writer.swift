import Dispatch
internal import GRDB
import Resilience
import Synchronization

/// The one writer: it takes changes from everywhere and commits many of them at once.
///
/// A commit waits for the disk. While it does, further changes queue up, and the next commit
/// takes all of them, so that the wait is shared and none is answered before it is on disk. When
/// a commit fails for a reason that lies in one of its changes, they are tried one by one: a fault
/// in one takes no other with it. When the disk is what fails, all of them fail with it.
///
/// The queue is guarded by a mutex; the database is used on a dispatch queue of its own, off the
/// threads that answer.
public final class Writer: Sendable {
    /// At most so many rows wait to be written: a few seconds of work. Past it, changes are
    /// refused instead of piling up in memory.
    public static let maximumWaiting = 200_000
    /// At most so many rows go into one commit, which bounds how long it takes.
    static let maximumBatch = 10_000

    private let pool: DatabasePool
    private let queue = DispatchQueue(label: "switchgear.writer")
    private let waiting = Mutex(Waiting())
    private let journal: Mutex<Journal>
    private let failures = Mutex(Failures())

    private struct Waiting {
        var entries: [Entry] = []
        var weight = 0
        var isDraining = false
        var isClosed = false
    }

    private struct Failures {
        var last: String?
        var untold: String?
    }

    private struct Entry {
        let change: Change
        let done: (@Sendable (Result<Int64, StoreError>) -> Void)?
    }

    init(_ pool: DatabasePool) throws {
        self.pool = pool
        journal = Mutex(try pool.writeWithoutTransaction { try Journal($0) })
    }

    /// What the last commit failed with; nil while all is well.
    public var lastFailure: String? { failures.withLock(\.last) }

    /// What a commit failed with since this was asked last, though another may have succeeded.
    public func takeFailure() -> String? {
        failures.withLock { failures in
            defer { failures.untold = nil }
            return failures.untold
        }
    }

    /// Whether there is room for what can be written later; the other half is for changes that
    /// somebody waits for.
    public var hasRoom: Bool {
        waiting.withLock { !$0.isClosed && $0.weight < Self.maximumWaiting / 2 }
    }

    /// Writes `change` and returns when it is on disk.
    ///
    /// - Returns: The place of its first event in the history.
    /// - Throws: ``StoreError``; then nothing of it was written.
    @discardableResult
    public func commit(_ change: Change) async throws -> Int64 {
        try await withCheckedThrowingContinuation { continuation in
            add(Entry(change: change) { continuation.resume(with: $0) })
        }
    }

    /// Hands over `change` to be written soon, and calls `done` when it is or cannot be.
    public func enqueue(
        _ change: Change, done: (@Sendable (Result<Int64, StoreError>) -> Void)? = nil
    ) {
        add(Entry(change: change, done: done))
    }

    /// How many rows wait to be taken into a commit.
    var backlog: Int { waiting.withLock(\.weight) }

    /// Returns when everything handed over before is on disk.
    public func flush() async throws { try await commit(Change()) }

    /// Takes no more changes; what was handed over before is still written.
    func close() {
        waiting.withLock { $0.isClosed = true }
        queue.sync { drain() }
    }

    private func add(_ entry: Entry) {
        let verdict = waiting.withLock { waiting -> (refusal: StoreError?, starts: Bool) in
            if waiting.isClosed { return (StoreError(.closed, "the store is closed"), false) }
            guard waiting.weight < Self.maximumWaiting else {
                return (StoreError(.overloaded, "too much is waiting to be written"), false)
            }
            waiting.entries.append(entry)
            waiting.weight += entry.change.weight
            defer { waiting.isDraining = true }
            return (nil, !waiting.isDraining)
        }
        if let refusal = verdict.refusal {
            // Not on this thread: it may hold the lock that `done` takes.
            DispatchQueue.global().async { entry.done?(.failure(refusal)) }
        }
        if verdict.starts { queue.async { self.drain() } }
    }

    private func drain() {
        while let batch = nextBatch() { write(batch) }
    }

    private func write(_ batch: [Entry]) {
        switch attempt(batch.map(\.change)) {
        case .success(let seqs):
            for (entry, seq) in zip(batch, seqs) { entry.done?(.success(seq)) }
        case .failure(let error) where error.liesInOneChange && batch.count > 1:
            writeOneByOne(batch)
        case .failure(let error):
            for entry in batch { entry.done?(.failure(error.told)) }
        }
    }

    /// Commits each change by itself, up to a failure that would meet all of them: on a full or
    /// broken disk each attempt takes its time only to fail again.
    private func writeOneByOne(_ batch: [Entry]) {
        var broken: CommitError?
        for entry in batch {
            let result = broken.map { .failure($0) } ?? attempt([entry.change])
            if case .failure(let error) = result, !error.liesInOneChange { broken = error }
            entry.done?(result.map { $0[0] }.mapError(\.told))
        }
    }

    private func nextBatch() -> [Entry]? {
        waiting.withLock { waiting in
            var weight = 0
            let end = waiting.entries.firstIndex { entry in
                defer { weight += entry.change.weight }
                return weight >= Self.maximumBatch
            }
            let batch = Array(waiting.entries[..<(end ?? waiting.entries.endIndex)])
            waiting.entries.removeFirst(batch.count)
            waiting.weight -= batch.reduce(0) { $0 + $1.change.weight }
            waiting.isDraining = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    /// Commits `changes` together.
    private func attempt(_ changes: [Change]) -> Result<[Int64], CommitError> {
        do {
            let seqs = try pool.writeWithoutTransaction { database in
                try journal.withLock { try $0.write(changes, in: database) }
            }
            // A barrier writes nothing, and so shows nothing.
            if changes.contains(where: \.isWriting) { failures.withLock { $0.last = nil } }
            return .success(seqs)
        } catch {
            let message = StoreError.words(of: error)
            failures.withLock { $0 = Failures(last: message, untold: message) }
            return .failure(CommitError(error))
        }
    }
}
