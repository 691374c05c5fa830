import Resilience
import Store

/// How a change comes about: planned, checked as a whole, committed, put in force. All of it is
/// done by one task at a time.
extension Policies {
    /// Reads one policy, changed by a merge patch where there is one.
    func draft(
        of document: JSONValue, _ kind: Kind, _ name: String, patch: JSONValue? = nil,
        _ known: [Fault] = []
    ) throws(PlaneError) -> PolicyReader.Draft {
        guard let type = reader.type(named: kind.singular) else {
            preconditionFailure("routes exist for known kinds")
        }
        var found = reader.specReader(besideFaults: known.count)
        let draft = reader.read(document, type, name: name, patch: patch, &found)
        let faults = known + found.faults
        guard let draft, faults.isEmpty else { throw .invalid(faults) }
        return draft
    }

    /// Reads a list of policies.
    func drafts(of list: [JSONValue]) throws(PlaneError) -> [PolicyReader.Draft] {
        var found = reader.specReader()
        let drafts = reader.read(list: list, &found)
        guard found.faults.isEmpty else { throw .invalid(found.faults) }
        return drafts
    }

    /// What becomes of the policies by these drafts.
    func plan(
        _ drafts: [PolicyReader.Draft], by caller: Caller,
        as action: PolicyChange.Action = .updated,
        reason: String? = nil
    ) async throws -> [PolicyChange] {
        var lastID = try await PlaneError.telling { try await store.lastPolicyID() }
        var changes: [PolicyChange] = []
        for draft in drafts {
            guard let existing = entry(draft.identity) else {
                lastID += 1
                changes.append(try await creation(of: draft, id: lastID, by: caller))
                continue
            }
            guard existing.record.document != draft.stored else {
                changes.append(PolicyChange(.unchanged, from: existing, to: existing))
                continue
            }
            var record = existing.record
            record.version += 1
            record.document = draft.stored
            record.updatedAt = clock.now()
            record.updatedBy = caller.actor
            let entry = reader.entry(draft, record)
            changes.append(PolicyChange(action, from: existing, to: entry, reason: reason))
        }
        return changes
    }

    private func creation(
        of draft: PolicyReader.Draft, id: Int64, by caller: Caller
    ) async throws -> PolicyChange {
        let kind = draft.identity.kind.singular
        let last = try await PlaneError.telling {
            try await store.lastVersion(kind: kind, name: draft.name)
        }
        let now = clock.now()
        let record = PolicyRecord(
            id: id, kind: kind, name: draft.name, version: last + 1, document: draft.stored,
            createdAt: now, updatedAt: now, updatedBy: caller.actor)
        return PolicyChange(.created, from: nil, to: reader.entry(draft, record))
    }

    /// Writes what changes, with its events, and puts it in force.
    func commit(_ changes: [PolicyChange], by caller: Caller) async throws {
        try check(changes)
        var change = Change()
        change.policies = changes.compactMap(\.write)
        change.events = changes.compactMap { $0.event(by: caller, at: clock.now()) }
        guard !change.policies.isEmpty else { return }
        try await store.record(change)
        putInForce(changes.filter { $0.action != .unchanged })
    }

    /// Puts changes in force so that no policy ever names one that is not: those that name none
    /// come first and go last.
    private func putInForce(_ changes: [PolicyChange]) {
        let entries = changes.compactMap(\.new)
        publish(entries.filter { !$0.namesOthers })
        publish(entries.filter(\.namesOthers))
        let gone = changes.filter { $0.new == nil }.compactMap(\.old)
        retract(gone.filter(\.namesOthers))
        retract(gone.filter { !$0.namesOthers })
    }

    /// Refuses changes after which the policies would not go together.
    func check(_ changes: [PolicyChange]) throws(PlaneError) {
        var entries = byIdentity
        for change in changes { entries[change.identity] = change.new }
        guard entries.count <= PlaneLimits.policies else {
            throw PlaneError(.overloaded, "there may be \(PlaneLimits.policies) policies at most")
        }
        let named = Self.references(of: entries.values)
        for change in changes where change.new == nil {
            guard let naming = named[change.identity] else { continue }
            let list = PolicyIdentity.list(naming.sorted())
            throw PlaneError(.conflict, "the \(change.identity) is named by \(list)")
        }
        let faults =
            changes.flatMap { Self.danglingReferences(of: $0, among: entries) }
            + reader.overrides.ambiguities(among: entries.keys)
        if !faults.isEmpty { throw .invalid(faults) }
    }

    private static func references(
        of entries: some Collection<PolicyEntry>
    ) -> [PolicyIdentity: Set<PolicyIdentity>] {
        var named: [PolicyIdentity: Set<PolicyIdentity>] = [:]
        for entry in entries {
            for reference in entry.resolution.spec.references {
                named[reference.identity, default: []].insert(entry.identity)
            }
        }
        return named
    }

    private static func danglingReferences(
        of change: PolicyChange, among entries: [PolicyIdentity: PolicyEntry]
    ) -> [Fault] {
        (change.new?.resolution.spec.references ?? []).compactMap { reference in
            guard entries[reference.identity] == nil else { return nil }
            let pointer = change.place.appending(reference.pointer)
            return Fault(pointer, "there is no \(reference.identity)")
        }
    }

    /// Puts in force what is stored. A policy that an environment variable makes impossible stops
    /// the start.
    func restore() async throws {
        let entries = try await store.policies().map { record in
            guard let type = reader.type(named: record.kind) else {
                throw StoreError(
                    .unusable, "the database holds a \(record.kind), which this version has not")
            }
            var found = reader.specReader()
            let document = JSONValue.object(record.document)
            guard let draft = reader.read(document, type, name: record.name, &found) else {
                let details = found.faults.map { "\($0.pointer) \($0.detail)" }.joined(
                    separator: "; ")
                throw PlaneError(
                    .invalid, "the \(record.kind) \"\(record.name)\" cannot be used: \(details)")
            }
            return reader.entry(draft, record)
        }
        publish(entries)
        if let fault = reader.overrides.ambiguities(among: byIdentity.keys).first {
            throw PlaneError(.invalid, fault.description)
        }
    }
}

extension PolicyEntry {
    /// Whether it names other policies.
    fileprivate var namesOthers: Bool { !resolution.spec.references.isEmpty }
}

extension Store {
    /// Writes `change` and returns when it is on disk, with the place of its first event.
    @discardableResult
    func record(_ change: Change) async throws -> Int64 {
        try await PlaneError.telling { try await writer.commit(change) }
    }
}
