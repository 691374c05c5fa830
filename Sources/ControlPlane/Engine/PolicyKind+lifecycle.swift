import Resilience
import Store

/// What becomes of the policies of a kind, and of their states, from the start to the stop.
extension PolicyKind {
    static var specType: any PolicySpec.Type { Version.Spec.self }

    func owns(_ policyID: Int64) -> Bool { live.find(id: policyID) != nil }

    var entries: [PolicyEntry] { live.all.map(\.version.entry) }

    func entry(_ name: String) -> PolicyEntry? { try? live.find(name).version.entry }

    func publish(_ entries: [PolicyEntry]) {
        for live in live.publish(entries, { Live($0, context.keyCounter) }) {
            live.own.adopt(live.version)
            adopted(live)
            context.answerChanges.notify(live.id)
        }
    }

    func remove(_ entries: [PolicyEntry]) {
        for (gone, entry) in zip(live.remove(entries), entries) {
            removed(gone, entry)
            context.timers.cancelAll(of: gone.id)
        }
    }

    func restore(_ write: StateWrite) throws {
        guard let live = live.find(id: write.policyID), let snapshot = write.state else { return }
        if let isRead = live.own.restore(write.key, snapshot, live.version) {
            guard isRead else {
                throw StoreError(
                    .unusable, "a row of the \(live.version.entry.identity) cannot be read")
            }
            return
        }
        guard let state = State(snapshot: snapshot) else {
            throw StoreError(.unusable, "the state of \"\(write.key)\" cannot be read")
        }
        live.table.restore(write.key, state)
        restored(live, write.key)
    }

    func resume(from store: Store) async throws {
        try await restoreOwn(from: store)
        for live in live.all {
            resumed(live)
            doWhatIsDue(live)
        }
    }

    func checkpoint(turn: Int, at now: Instant) {
        // What is forgotten must be deleted: while nothing can be, those deletions would pile up.
        let isStoring = context.store.writer.lastFailure == nil
        for live in live.all {
            if isStoring { sweep(live, turn: turn, at: now) }
            live.table.write(with: context.store.writer)
            live.own.write(live.id, with: context.store.writer, all: false)
            live.eventWriter.writeHeld(at: now, all: false, context)
        }
    }

    func checkpointAll(at now: Instant) async {
        for live in live.all {
            settleForStop(live)
            await live.table.writeAll(with: context.store.writer)
            await context.store.writer.makeRoom()
            live.own.write(live.id, with: context.store.writer, all: true)
            live.eventWriter.writeHeld(at: now, all: true, context)
        }
    }

    func dismissWaiters(_ error: PlaneError) {}

    /// Does what has fallen due for all keys of a policy.
    func doWhatIsDue(_ live: Live) {
        for key in live.table.allKeys { fallDue(live, key) }
    }

    /// What was counted since the start, and over the last minute.
    func counted(_ name: String) throws -> KindStats {
        try live.find(name).counters.stats(at: context.clock.now())
    }

    /// The keys after `cursor` whose states are not as new, in the order of their bytes, at most
    /// `limit`.
    func liveKeys(
        _ live: Live, after cursor: ExactString?, limit: Int
    ) -> [ExactString] {
        let now = context.clock.now()
        return live.table.keys(after: cursor, limit: limit) {
            Self.isFresh(live, $0, $1, at: now)
        }
    }
}
