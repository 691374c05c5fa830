import Resilience
import Store

/// A kind whose policies are at work in a table: what is the same for all of them.
protocol LiveKind: KindRuntime {
    associatedtype Live: LivePolicy

    /// What all kinds share.
    var context: PlaneContext { get }
    /// The policies at work.
    var live: LiveTable<Live> { get }

    /// A policy goes on with a new version.
    func adopted(_ live: Live)

    /// A policy was taken out of work.
    func removed(_ live: Live, _ entry: PolicyEntry)
}

extension LiveKind {
    static var specType: any PolicySpec.Type { Live.Version.Spec.self }

    func owns(_ policyID: Int64) -> Bool { live.find(id: policyID) != nil }

    func publish(_ entry: PolicyEntry) {
        guard let present = live.publish(entry, { Live(entry, context.census) }) else { return }
        adopted(present)
        context.bell.ring(entry.record.id)
    }

    func remove(_ entry: PolicyEntry) {
        guard let gone = live.remove(entry) else { return }
        removed(gone, entry)
        context.timers.cancelAll(of: entry.record.id)
    }

    func adopted(_ live: Live) {}

    func removed(_ live: Live, _ entry: PolicyEntry) {}

    func restore(_ write: StateWrite) throws {}

    func resume(from store: Store) async throws {}

    func checkpoint(turn: Int, at now: Instant) { writeHeldEvents(at: now, all: false) }

    func checkpointAll(at now: Instant) async { writeHeldEvents(at: now, all: true) }

    func dismissWaiters(_ error: PlaneError) {}

    /// What was counted since the start, and over the last minute.
    func counted(_ name: String) throws -> KindStats {
        try live.find(name).tally.stats(at: context.clock.now())
    }

    func writeHeldEvents(at now: Instant, all: Bool) {
        for live in live.all { live.desk.writeHeld(at: now, all: all, context) }
    }
}
