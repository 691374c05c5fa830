import Resilience
import Store
import Synchronization

/// A policy at work. It stays the same object from version to version.
final class LivePolicy<Kind: PolicyKind>: Sendable {
    /// Its number.
    let id: Int64
    /// The states of its keys.
    let table: StateTable<Kind.State>
    /// What was counted.
    let counters = PolicyCounters<Kind.Figure>()
    /// What writes its events behind the answers.
    let eventWriter: EventWriter
    /// What it keeps besides the states of its keys.
    let own: Kind.Own
    /// Writes that answers about the same key wait for.
    let pending = PendingCommits()
    private let inForce: Mutex<Kind.Version>

    /// A policy that begins to work.
    init(_ entry: PolicyEntry, _ keyCounter: KeyCounter) {
        id = entry.record.id
        own = Kind.Own(entry)
        table = Kind.table(id, own, keyCounter)
        eventWriter = EventWriter(policyID: id)
        inForce = Mutex(Kind.Version(entry))
    }

    /// The version in force.
    var version: Kind.Version { inForce.withLock { $0 } }

    /// Goes on with a new version.
    func adopt(_ entry: PolicyEntry) {
        let new = Kind.Version(entry)
        inForce.withLock { $0 = new }
    }

    /// The timer of that purpose for a key.
    func timer(_ key: ExactString, _ purpose: Timers.Purpose) -> Timers.Key {
        Timers.Key(policyID: id, key: key, purpose: purpose)
    }
}
