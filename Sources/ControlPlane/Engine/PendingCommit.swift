import Resilience
import Store
import Synchronization

/// Tells when what was handed to the writer is on disk: taken with a state's lock held, awaited
/// after it. Guarded by a mutex.
final class PendingCommit: Sendable {
    /// That it is on disk, or why not.
    typealias Outcome = Result<Void, any Error>

    private let state = Mutex(State())

    private struct State {
        var outcome: Outcome?
        var waiting: [@Sendable (Outcome) -> Void] = []
    }

    /// Hands `change` to the writer; `failed` is told when it cannot be written.
    convenience init(_ change: Change, _ writer: Writer, failed: @escaping @Sendable () -> Void) {
        self.init(change, writer) { isStored in if !isStored { failed() } }
    }

    /// Hands `change` to the writer; `ended` is told whether it is on disk, before anybody else
    /// is.
    init(_ change: Change, _ writer: Writer, ended: @escaping @Sendable (Bool) -> Void) {
        writer.enqueue(change, in: .awaited) { [self] result in
            if case .success = result { ended(true) } else { ended(false) }
            resolve(result.map { _ in }.mapError { PlaneError($0) as any Error })
        }
    }

    /// What is on disk when all of `commits` are. When one of them cannot be, `undo` is done
    /// before that is told; by a task of its own, since it may be told with locks held.
    init(_ commits: [PendingCommit], undo: @escaping @Sendable () async -> Void) {
        Self.afterAll(commits) { [self] outcome in
            guard case .failure = outcome else { return resolve(outcome) }
            Task {
                await undo()
                resolve(outcome)
            }
        }
    }

    /// Returns when it is on disk.
    func wait() async throws { try await Self.wait([self]) }

    /// Returns when all of them are on disk.
    static func wait(_ commits: [PendingCommit]) async throws {
        try await withCheckedThrowingContinuation { continuation in
            afterAll(commits) { continuation.resume(with: $0) }
        }
    }

    /// Does `body` once all of them are on disk or cannot be, with the first failure.
    static func afterAll(_ commits: [PendingCommit], _ body: @escaping @Sendable (Outcome) -> Void)
    {
        after(commits[...], .success(()), body)
    }

    /// Goes through the commits in a loop: with thousands of them done, a call for each within
    /// that of the one before would take more stack than there is.
    private static func after(
        _ commits: ArraySlice<PendingCommit>, _ sofar: Outcome,
        _ body: @escaping @Sendable (Outcome) -> Void
    ) {
        var (rest, sofar) = (commits, sofar)
        while let first = rest.popFirst() {
            let (left, before) = (rest, sofar)
            let outcome = first.outcome(orElse: { outcome in
                after(left, before.flatMap { outcome }, body)
            })
            guard let outcome else { return }
            sofar = before.flatMap { outcome }
        }
        body(sofar)
    }

    /// What came of it; nil while that is not known, and then `later` is told.
    private func outcome(orElse later: @escaping @Sendable (Outcome) -> Void) -> Outcome? {
        state.withLock { state in
            if state.outcome == nil { state.waiting.append(later) }
            return state.outcome
        }
    }

    private func resolve(_ outcome: Outcome) {
        let waiting = state.withLock { state in
            state.outcome = outcome
            defer { state.waiting = [] }
            return state.waiting
        }
        for body in waiting { body(outcome) }
    }
}

/// The last write of each key that is not known to be on disk, where answers about the key wait for
/// it without a write of their own. Guarded by a mutex; changed with the lock of the key's state
/// held, except when a write has ended.
final class PendingCommits: Sendable {
    private let state = Mutex(State())

    private struct State {
        var commits: [ExactString: PendingCommit] = [:]
        var isUsed = false
    }

    /// Whether there ever was one: then states may be ahead of what was granted.
    var isUsed: Bool { state.withLock(\.isUsed) }

    /// The write that an answer about `key` waits for; nil when it is on disk.
    subscript(_ key: ExactString) -> PendingCommit? { state.withLock { $0.commits[key] } }

    /// Notes a write, until it has ended.
    func begin(_ key: ExactString, _ commit: PendingCommit) {
        state.withLock { state in
            state.commits[key] = commit
            state.isUsed = true
        }
        PendingCommit.afterAll([commit]) { [weak self] _ in self?.end(key, commit) }
    }

    private func end(_ key: ExactString, _ commit: PendingCommit) {
        state.withLock { state in
            if state.commits[key] === commit { state.commits[key] = nil }
        }
    }
}
