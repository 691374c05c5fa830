import Resilience
import Store

/// A kind whose policies keep a state for each key.
protocol StatefulLiveKind: LiveKind where Live: StatefulPolicy {
    /// Goes on with what was under way with the states of one policy when the server stopped.
    func resume(_ live: Live)

    /// Forgets states of one policy that nothing is lost with, some each `turn`.
    func sweep(_ live: Live, turn: Int, at now: Instant)

    /// Looks after the calls that wait for a key that was reset, or for any where none is given.
    func wasReset(_ live: Live, _ key: ExactString?)
}

extension StatefulLiveKind {
    func restore(_ write: StateWrite) throws { try restoreState(write) }

    /// Takes over the state of a key that was on disk.
    func restoreState(_ write: StateWrite) throws {
        guard let live = live.find(id: write.policyID), let snapshot = write.state else { return }
        guard let state = Live.State(snapshot: snapshot) else {
            throw StoreError(.unusable, "the state of \"\(write.key)\" cannot be read")
        }
        live.table.restore(write.key, state)
    }

    func resume(from store: Store) async throws { resumeAll() }

    func resumeAll() {
        for live in live.all { resume(live) }
    }

    func resume(_ live: Live) {}

    func sweep(_ live: Live, turn: Int, at now: Instant) {
        live.table.sweep(turn: turn) { live.isFresh($0, $1, at: now) }
    }

    func wasReset(_ live: Live, _ key: ExactString?) {}

    func checkpoint(turn: Int, at now: Instant) { checkpointStates(turn: turn, at: now) }

    func checkpointAll(at now: Instant) async { await checkpointAllStates(at: now) }

    /// Forgets what is fresh, and hands what is ahead of the disk to the writer.
    func checkpointStates(turn: Int, at now: Instant) {
        // What is forgotten must be deleted: while nothing can be, those deletions would pile up.
        let isStoring = context.store.writer.lastFailure == nil
        for live in live.all {
            if isStoring { sweep(live, turn: turn, at: now) }
            live.table.write(with: context.store.writer)
        }
        writeHeldEvents(at: now, all: false)
    }

    func checkpointAllStates(at now: Instant) async {
        for live in live.all { await live.table.writeAll(with: context.store.writer) }
        writeHeldEvents(at: now, all: true)
    }

    /// The keys after `cursor` whose states are not as new, in the order of their bytes, at most
    /// `limit`.
    func liveKeys(
        _ live: Live, after cursor: ExactString?, limit: Int
    ) -> [ExactString] {
        let now = context.clock.now()
        return live.table.keys(after: cursor, limit: limit) { live.isFresh($0, $1, at: now) }
    }

    /// An event about a key of a policy that `caller` caused.
    func event(
        _ type: String, _ policy: PolicyEntry, _ key: ExactString?, by caller: Caller,
        _ data: JSONObject, reason: String? = nil, at now: Instant
    ) -> EventDraft {
        EventDraft(
            type, at: now, actor: caller.actor, traceID: caller.traceID,
            kind: policy.kind.singular, name: policy.name, key: key?.text,
            policyVersion: policy.version, reason: reason, data: data)
    }
}
