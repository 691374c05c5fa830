import Resilience
import Store
import Synchronization

/// One limiter at work.
final class LiveLimiter: StatefulPolicy {
    let rules: Rules<LimiterVersion>
    let table: StateTable<LimiterState>
    let tally = Tally<LimiterCount>()
    let desk: EventDesk
    let rate = LimiterRate()
    let heavy = HeavyKeys()
    let pending = PendingReserves()
    private let assigned = Mutex(AssignmentTable())
    /// The tiers of the version of which ``forgetLostTiers()`` was told last.
    private let tierNames: Mutex<Set<String>>

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
        tierNames = Mutex(Set(rules.now.allowances.keys))
    }

    func resetBegun(_ reset: StateReset) { rate.begin(reset) }

    func resetEnded(isStored: Bool) { rate.endReset(isStored: isStored) }

    // MARK: Assignments

    /// The assignment of `key`, in force or not.
    func assignment(of key: ExactString) -> Assignment? { assigned.withLock { $0[key] } }

    /// The assignments in force after `cursor` by the bytes of their keys, at most `limit`.
    func assignments(after cursor: ExactString?, limit: Int, at now: Instant) -> [Assignment] {
        assigned.withLock { $0.page(after: cursor, limit: limit, at: now) }
    }

    /// How many assignments there are.
    var assignmentCount: Int { assigned.withLock(\.count) }

    /// Puts an assignment in force, or takes it out where it is nil.
    func assign(_ assignment: Assignment?, to key: ExactString) {
        assigned.withLock { $0[key] = assignment }
    }

    /// Takes the assignment of `key` out of force when it has expired; nil when it has not.
    func expire(_ key: ExactString, at now: Instant) -> Assignment? {
        assigned.withLock { assigned in
            guard let present = assigned[key], !present.isInForce(at: now) else { return nil }
            assigned[key] = nil
            return present
        }
    }
}

/// The tiers of a limiter's keys. What is decided by is read with the state of the key at hand:
/// then no state that a new version of the policy has changed is decided on by an old one.
extension LiveLimiter {
    /// The tier that decides on a call: the key's assignment, else the one asked for, else the
    /// default. An assignment to a tier that the policy has no longer counts as none.
    func tier(
        of key: ExactString, asking name: String?, _ rules: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> Tier {
        guard let asked = tier(called: name ?? rules.spec.tierByDefault, rules) else {
            throw Self.unknownTier(rules)
        }
        guard let assignment = assignment(of: key), assignment.isInForce(at: now),
            var tier = tier(of: assignment, rules)
        else { return asked }
        tier.successor = assignment.spec.expiresAt.map { .at($0, asked) }
        return tier
    }

    /// The tier whose account a refund goes to: the one asked for, else the one that a call of the
    /// key which asks for none is decided by.
    func tierRefunded(
        of key: ExactString, asking name: String?, _ rules: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> String {
        guard let name else { return try tier(of: key, asking: nil, rules, at: now).name }
        guard name == Tier.assigned || rules.allowances[name] != nil else {
            throw Self.unknownTier(rules)
        }
        return name
    }

    /// The tier of that name as it is for a key's account; nil where the key has none.
    func tier(
        called name: String, of key: ExactString, _ rules: LimiterVersion, at now: Instant
    ) -> Tier? {
        guard name == Tier.assigned else { return tier(called: name, rules) }
        guard let assignment = assignment(of: key), assignment.isInForce(at: now),
            assignment.spec.tier == nil
        else { return nil }
        return tier(of: assignment, rules)
    }

    /// What a refund to that tier's account goes by; without limits where the key is not in that
    /// tier any more, and then by those that the account was counted against.
    func account(_ name: String, of key: ExactString, at now: Instant) -> Tier {
        tier(called: name, of: key, rules.now, at: now)
            ?? Tier(name: name, .unlimited, since: now)
    }

    func isFresh(_ key: ExactString, _ state: LimiterState, at now: Instant) -> Bool {
        let rules = rules.now
        return state.isFresh(at: now) { tier(called: $0, of: key, rules, at: now) }
    }

    /// Forgets what was spent in tiers that the policy has lost. Keys are only looked at where it
    /// lost one since this was done last, or with `all`.
    func forgetLostTiers(all: Bool = false) {
        let names = Set(rules.now.allowances.keys)
        let isSubset = tierNames.withLock { known in
            defer { known = names }
            return known.isSubset(of: names)
        }
        if isSubset, !all { return }
        for key in table.allKeys {
            table.applyIfPresent(key) { slot in
                slot.state.forgetAccounts { $0 == Tier.assigned || names.contains($0) }
            }
        }
    }

    private func tier(called name: String, _ rules: LimiterVersion) -> Tier? {
        guard let allowance = rules.allowances[name] else { return nil }
        guard let paced = rate.pace(rules) else {
            return Tier(name: name, allowance, since: rules.since)
        }
        // The limit of a rate that adapts has a period that means nothing to anybody.
        return Tier(
            name: name, paced.allowance, since: max(rules.since, paced.since),
            quiet: rules.spec.limits?.first?.period)
    }

    private func tier(of assignment: Assignment, _ rules: LimiterVersion) -> Tier? {
        if let name = assignment.spec.tier { return tier(called: name, rules) }
        let since = max(rules.since, assignment.record.updatedAt)
        return assignment.spec.allowance(in: rules.spec).map {
            Tier(name: Tier.assigned, $0, since: since)
        }
    }

    private static func unknownTier(_ rules: LimiterVersion) -> PlaneError {
        let names = rules.allowances.keys.sorted().joined(separator: ", ")
        return .invalid(JSONPointer.root.appending("tier"), "must be one of \(names)")
    }
}
