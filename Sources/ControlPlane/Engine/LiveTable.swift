import Resilience
import Store
import Synchronization

/// The policies of one kind at work, by name and by number. Guarded by a mutex.
final class LiveTable<Live: LivePolicy>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var byName: [ExactString: Live] = [:]
        var byID: [Int64: Live] = [:]
    }

    /// The policy of that name.
    func find(_ name: String) throws(PlaneError) -> Live {
        guard let live = state.withLock({ $0.byName[ExactString(name)] }) else {
            throw .noPolicy(PolicyIdentity(Live.Version.Spec.kind, name))
        }
        return live
    }

    /// The policy of that number; nil when it was deleted.
    func find(id: Int64) -> Live? { state.withLock { $0.byID[id] } }

    /// All of them.
    var all: [Live] { state.withLock { Array($0.byName.values) } }

    /// Puts a policy to work: a new one, or a new version of one that is at work, which is
    /// returned.
    func publish(_ entry: PolicyEntry, _ make: () -> Live) -> Live? {
        let name = ExactString(entry.name)
        let present = state.withLock { state -> Live? in
            if let present = state.byName[name] { return present }
            let live = make()
            state.byName[name] = live
            state.byID[entry.record.id] = live
            return nil
        }
        present?.rules.adopt(entry)
        return present
    }

    /// Takes a policy out of work.
    func remove(_ entry: PolicyEntry) -> Live? {
        state.withLock { state in
            state.byID[entry.record.id] = nil
            return state.byName.removeValue(forKey: ExactString(entry.name))
        }
    }
}
