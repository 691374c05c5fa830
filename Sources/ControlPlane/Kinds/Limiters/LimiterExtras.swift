import Resilience
import Store
import Synchronization

/// What a limiter keeps besides the states of its keys: a rate that adapts, the keys that ask the
/// most, and what is settled for single keys.
final class LimiterExtras: PolicyExtras {
    let rate = LimiterRate()
    let heavy = HeavyKeys()
    /// The keys whose assignments are being changed.
    let assigning = AsyncKeyLocks<ExactString>()
    private let assigned = Mutex(AssignmentTable())
    /// The tiers of the version of which ``tiersAfterLoss(_:)`` was asked last.
    private let tierNames: Mutex<Set<String>>

    init(_ entry: PolicyEntry) {
        tierNames = Mutex(Set(LimiterVersion(entry).allowances.keys))
    }

    // MARK: PolicyExtras

    func restore(_ row: ExactString, _ snapshot: JSONValue, _ version: LimiterVersion) -> Bool? {
        switch row {
        case LimiterRate.row: rate.restore(snapshot, version)
        case HeavyKeys.row: heavy.restore(snapshot)
        default: nil
        }
    }

    func adopt(_ version: LimiterVersion) { rate.adopt(version) }

    func write(_ policyID: Int64, with writer: Writer, all: Bool) {
        rate.write(policyID, with: writer)
        if all { heavy.write(policyID, with: writer) }
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
extension LimiterExtras {
    /// The tier that decides on a call: the key's assignment, else the one asked for, else the
    /// default. An assignment to a tier that the policy has no longer counts as none.
    func tier(
        of key: ExactString, asking name: String?, _ version: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> Tier {
        guard let asked = tier(called: name ?? version.spec.tierByDefault, version) else {
            throw Self.unknownTier(version)
        }
        guard let assignment = assignment(of: key), assignment.isInForce(at: now),
            var tier = tier(of: assignment, version)
        else { return asked }
        tier.successor = assignment.spec.expiresAt.map { .at($0, asked) }
        return tier
    }

    /// The tier whose account a refund goes to: the one asked for, else the one that a call of the
    /// key which asks for none is decided by.
    func tierRefunded(
        of key: ExactString, asking name: String?, _ version: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> String {
        guard let name else { return try tier(of: key, asking: nil, version, at: now).name }
        guard name == Tier.assigned || version.allowances[name] != nil else {
            throw Self.unknownTier(version)
        }
        return name
    }

    /// The tier of that name as it is for a key's account; nil where the key has none.
    func tier(
        called name: String, of key: ExactString, _ version: LimiterVersion, at now: Instant
    ) -> Tier? {
        guard name == Tier.assigned else { return tier(called: name, version) }
        guard let assignment = assignment(of: key), assignment.isInForce(at: now),
            assignment.spec.tier == nil
        else { return nil }
        return tier(of: assignment, version)
    }

    /// What a refund to that tier's account goes by; without limits where the key is not in that
    /// tier any more, and then by those that the account was counted against.
    func account(
        _ name: String, of key: ExactString, _ version: LimiterVersion, at now: Instant
    ) -> Tier {
        tier(called: name, of: key, version, at: now)
            ?? Tier(name: name, .unlimited, since: now)
    }

    /// The tiers that the policy has, where it lost one since this was asked last; else nil.
    func tiersAfterLoss(_ version: LimiterVersion) -> Set<String>? {
        let names = Set(version.allowances.keys)
        let isSubset = tierNames.withLock { known in
            defer { known = names }
            return known.isSubset(of: names)
        }
        return isSubset ? nil : names
    }

    private func tier(called name: String, _ version: LimiterVersion) -> Tier? {
        guard let allowance = version.allowances[name] else { return nil }
        guard let paced = rate.pace(version) else {
            return Tier(name: name, allowance, since: version.since)
        }
        // The limit of a rate that adapts has a period that means nothing to anybody.
        return Tier(
            name: name, paced.allowance, since: max(version.since, paced.since),
            quiet: version.spec.limits?.first?.period)
    }

    private func tier(of assignment: Assignment, _ version: LimiterVersion) -> Tier? {
        if let name = assignment.spec.tier { return tier(called: name, version) }
        let since = max(version.since, assignment.record.updatedAt)
        return assignment.spec.allowance(in: version.spec).map {
            Tier(name: Tier.assigned, $0, since: since)
        }
    }

    private static func unknownTier(_ version: LimiterVersion) -> PlaneError {
        let names = version.allowances.keys.sorted().joined(separator: ", ")
        return .invalid(JSONPointer.root.appending("tier"), "must be one of \(names)")
    }
}
