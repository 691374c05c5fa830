import Resilience
import Store
import Synchronization

/// The policies of one kind at work, by name and by number.
///
/// Readers take the present snapshot, which never changes; who changes the policies makes another
/// one and puts it in its place. The mutex is held for just that, so that nobody waits for a
/// change.
final class LiveTable<Kind: PolicyKind>: Sendable {
    private let present = Mutex(Snapshot())

    private final class Snapshot: Sendable {
        let byName: [ExactString: LivePolicy<Kind>]
        let byID: [Int64: LivePolicy<Kind>]

        init(
            _ byName: [ExactString: LivePolicy<Kind>] = [:], _ byID: [Int64: LivePolicy<Kind>] = [:]
        ) {
            self.byName = byName
            self.byID = byID
        }
    }

    private var snapshot: Snapshot { present.withLock { $0 } }

    /// The policy of that name.
    func find(_ name: String) throws(PlaneError) -> LivePolicy<Kind> {
        guard let live = snapshot.byName[ExactString(name)] else {
            throw .noPolicy(PolicyIdentity(Kind.Version.Spec.kind, name))
        }
        return live
    }

    /// The policy of that number; nil when it was deleted.
    func find(id: Int64) -> LivePolicy<Kind>? { snapshot.byID[id] }

    /// All of them.
    var all: [LivePolicy<Kind>] { Array(snapshot.byName.values) }

    /// Puts policies to work: new ones, and new versions of those at work. One change is made at a
    /// time. O(n) in the policies of the kind.
    ///
    /// - Returns: Those that were at work before.
    func publish(
        _ entries: [PolicyEntry], _ make: (PolicyEntry) -> LivePolicy<Kind>
    ) -> [LivePolicy<Kind>] {
        let old = snapshot
        var (byName, byID) = (old.byName, old.byID)
        var present: [LivePolicy<Kind>] = []
        for entry in entries {
            if let live = byName[ExactString(entry.name)] {
                live.adopt(entry)
                present.append(live)
            } else {
                let live = make(entry)
                byName[ExactString(entry.name)] = live
                byID[live.id] = live
            }
        }
        guard present.count < entries.count else { return present }
        let new = Snapshot(byName, byID)
        self.present.withLock { $0 = new }
        return present
    }

    /// Takes policies out of work. O(n) in the policies of the kind.
    ///
    /// - Returns: Those that were at work.
    func remove(_ entries: [PolicyEntry]) -> [LivePolicy<Kind>] {
        let old = snapshot
        var (byName, byID) = (old.byName, old.byID)
        let gone = entries.compactMap { entry in
            byID[entry.record.id] = nil
            return byName.removeValue(forKey: ExactString(entry.name))
        }
        let new = Snapshot(byName, byID)
        present.withLock { $0 = new }
        return gone
    }
}

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
