public import Resilience
public import Store
import Synchronization

/// The policies: reading them, and changing them one change after another.
///
/// A change is decided on, written with its event in one transaction, and put in force when it
/// is on disk; until then the policies before it decide.
public final class Policies: Sendable {
    private let sorted = Mutex<[PolicyEntry]?>(nil)
    let reader: PolicyReader
    let store: Store
    let clock: any PlaneClock
    private let runtimes: [any KindRuntime]
    private let writing: AsyncLock

    /// The policies of a store. Changes are made one at a time with all else under `writing`.
    init(
        _ reader: PolicyReader, _ runtimes: [any KindRuntime], _ store: Store,
        _ clock: any PlaneClock, writing: AsyncLock
    ) {
        self.reader = reader
        self.runtimes = runtimes
        self.store = store
        self.clock = clock
        self.writing = writing
    }

    /// The kinds there are.
    public var types: [any PolicySpec.Type] { reader.types }

    /// The policy of that kind and name.
    public func get(_ kind: Kind, _ name: String) throws(PlaneError) -> PolicyEntry {
        let identity = PolicyIdentity(kind, name)
        guard let entry = entry(identity) else { throw .noPolicy(identity) }
        return entry
    }

    /// The policy of that kind and name; nil where there is none.
    func entry(_ policy: PolicyIdentity) -> PolicyEntry? {
        runtime(of: policy.kind)?.entry(policy.name)
    }

    /// All policies by what they are found by. O(n).
    var byIdentity: [PolicyIdentity: PolicyEntry] {
        let pairs = runtimes.flatMap(\.entries).map { ($0.identity, $0) }
        return Dictionary(pairs) { first, _ in first }
    }

    /// All policies of that kind, or of all kinds, by kind and name. O(n log n) after a change,
    /// else O(n).
    public func all(of kind: Kind? = nil) -> [PolicyEntry] {
        let all = sorted.withLock { sorted in
            let present =
                sorted ?? runtimes.flatMap(\.entries).sorted { $0.identity < $1.identity }
            sorted = present
            return present
        }
        guard let kind else { return all }
        return all.filter { $0.kind == kind }
    }

    /// Creates or replaces a policy by the document that `document` makes of the present one,
    /// changed by a merge patch where there is one, with what is known to be wrong with it.
    public func put(
        _ kind: Kind, _ name: String, _ condition: Precondition = Precondition(),
        by caller: Caller, patch: JSONValue? = nil,
        document: @Sendable (PolicyEntry?) throws -> (value: JSONValue, faults: [Fault])
    ) async throws -> PolicyChange {
        try await writing.withLock {
            try checkCondition(condition, kind, name)
            let existing = entry(PolicyIdentity(kind, name))
            let (value, faults) = try document(existing)
            let draft = try draft(of: value, kind, name, patch: patch, faults)
            let change = try await plan([draft], by: caller)
            try await commit(change, by: caller)
            return change[0]
        }
    }

    /// Makes a new version from an old one.
    public func rollBack(
        _ kind: Kind, _ name: String, to version: Int64, reason: String?,
        _ condition: Precondition = Precondition(), by caller: Caller
    ) async throws -> PolicyChange {
        try await writing.withLock {
            try checkCondition(condition, kind, name)
            let old = try await self.version(version, of: kind, name)
            let draft = try draft(of: .object(old.document), kind, name)
            let change = try await plan([draft], by: caller, as: .rolledBack, reason: reason)
            try await commit(change, by: caller)
            return change[0]
        }
    }

    /// Deletes a policy with the states of its keys.
    public func delete(
        _ kind: Kind, _ name: String, _ condition: Precondition = Precondition(),
        by caller: Caller
    ) async throws {
        try await writing.withLock {
            try checkCondition(condition, kind, name)
            let existing = try get(kind, name)
            try await commit([PolicyChange(.deleted, from: existing, to: nil)], by: caller)
        }
    }

    private func checkCondition(
        _ condition: Precondition, _ kind: Kind, _ name: String
    ) throws(PlaneError) {
        let identity = PolicyIdentity(kind, name)
        try condition.check(entry(identity), identity)
    }

    /// What is wrong with a list of policies if it were applied; empty when nothing is.
    public func faults(in list: [JSONValue]) async throws -> [Fault] {
        do {
            _ = try await apply(list, prune: false, dryRun: true, by: .system)
            return []
        } catch let error as PlaneError where error.code == .invalid {
            return error.faults
        }
    }

    /// Applies a list of policies, all or none; with `prune` others are deleted. A dry run
    /// changes nothing.
    public func apply(
        _ list: [JSONValue], prune: Bool, dryRun: Bool, by caller: Caller
    ) async throws -> [PolicyChange] {
        // Reading takes as long as the list is, and depends on nothing that another write changes:
        // what the present policies have to do with it is looked at when no write is under way.
        let drafts = try drafts(of: list)
        let named = Set(drafts.map(\.identity))
        return try await writing.withLock {
            let pruned = prune ? all().filter { !named.contains($0.identity) } : []
            var changes = try await plan(drafts, by: caller)
            for index in changes.indices { changes[index].place = PolicyReader.place(index) }
            changes += pruned.map { PolicyChange(.deleted, from: $0, to: nil) }
            if dryRun { try check(changes) } else { try await commit(changes, by: caller) }
            return changes
        }
    }

    /// Versions of a policy before `before`, newest first.
    public func versions(
        _ kind: Kind, _ name: String, before: Int64, limit: Int
    ) async throws -> [VersionRecord] {
        _ = try get(kind, name)
        return try await PlaneError.telling {
            try await store.versions(
                kind: kind.singular, name: name, before: before, limit: limit)
        }
    }

    /// The version of a policy that has that number.
    public func version(
        _ number: Int64, of kind: Kind, _ name: String
    ) async throws -> VersionRecord {
        let before = number == .max ? number : number + 1
        let found = try await versions(kind, name, before: before, limit: 1)
        guard let version = found.first, version.version == number else {
            throw PlaneError(
                .notFound, "the \(PolicyIdentity(kind, name)) has no version \(number)")
        }
        return version
    }

    /// Puts policies in force.
    func publish(_ entries: [PolicyEntry]) {
        forEachKind(of: entries) { $0.publish($1) }
    }

    /// Takes policies out of force.
    func retract(_ entries: [PolicyEntry]) {
        forEachKind(of: entries) { $0.remove($1) }
    }

    private func forEachKind(
        of entries: [PolicyEntry], _ body: (any KindRuntime, [PolicyEntry]) -> Void
    ) {
        for (kind, entries) in Dictionary(grouping: entries, by: \.kind) {
            guard let runtime = runtime(of: kind) else {
                preconditionFailure("a kind without a runtime")
            }
            body(runtime, entries)
        }
        sorted.withLock { $0 = nil }
    }

    private func runtime(of kind: Kind) -> (any KindRuntime)? {
        runtimes.first { type(of: $0).specType.kind == kind }
    }
}
