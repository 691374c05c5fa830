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
    private let assigned = Mutex<[ExactString: Assignment]>([:])

    init(_ entry: PolicyEntry, _ census: Census) {
        rules = Rules(entry)
        table = StateTable(policyID: entry.record.id, census)
        desk = EventDesk(policyID: entry.record.id)
    }

    // MARK: Assignments

    /// The assignment of `key`, in force or not.
    func assignment(of key: ExactString) -> Assignment? { assigned.withLock { $0[key] } }

    /// All assignments.
    var assignments: [Assignment] { assigned.withLock { Array($0.values) } }

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

    // MARK: Tiers

    /// The tier that decides on a call: the key's assignment, else the one asked for, else the
    /// default. An assignment to a tier that the policy has no longer counts as none.
    func tier(
        of key: ExactString, asking name: String?, _ rules: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> Tier {
        let asked = name ?? rules.spec.tierByDefault
        let paced = rate.pace(rules)
        // The limit of a rate that adapts has a period that means nothing to anybody.
        let quiet = paced.flatMap { _ in rules.spec.limits?.first?.period }
        func present(_ name: String) -> Allowance? {
            rules.allowances[name].map { paced?.allowance ?? $0 }
        }
        guard let allowance = present(asked) else {
            let names = rules.allowances.keys.sorted().joined(separator: ", ")
            throw .invalid(JSONPointer.root.appending("tier"), "must be one of \(names)")
        }
        var since = max(rules.entry.record.updatedAt, paced?.since ?? .distantPast)
        if let assignment = assignment(of: key) {
            since = max(since, assignment.record.updatedAt)
            if !assignment.isInForce(at: now) {
                since = max(since, assignment.spec.expiresAt ?? since)
            } else if let name = assignment.spec.tier, let allowance = present(name) {
                return Tier(name: name, allowance, since: since, quiet: quiet)
            } else if let own = assignment.spec.allowance(in: rules.spec) {
                return Tier(name: Tier.assigned, own, since: since)
            }
        }
        return Tier(name: asked, allowance, since: since, quiet: quiet)
    }
}

extension LiveLimiter {
    /// The tier whose limits were charged by the key's last call, which it may have asked for.
    func tierCharged(
        for key: ExactString, _ state: LimiterState?, _ rules: LimiterVersion, at now: Instant
    ) throws(PlaneError) -> Tier {
        let usual = try tier(of: key, asking: nil, rules, at: now)
        guard let state, !state.isCounted(against: usual.allowance), usual.name != Tier.assigned,
            assignment(of: key)?.isInForce(at: now) != true
        else { return usual }
        let charged = rules.allowances.sorted { $0.key < $1.key }
            .first { state.isCounted(against: $0.value) }
        return charged.map { Tier(name: $0.key, $0.value, since: usual.since) } ?? usual
    }

    /// Whether a key's state equals a new one, whatever tier its next call is decided by.
    ///
    /// Limits other than those that the state was counted against may fill more slowly: of
    /// another tier, or changed since the key's last call. So it must equal a new one under all
    /// that may apply.
    func isFresh(_ key: ExactString, _ state: LimiterState, at now: Instant) -> Bool {
        guard state.isFresh(at: now) else { return false }
        let rules = rules.now
        let assigned = assignment(of: key)
        let paced = rate.pace(rules)
        let since = max(
            paced?.since ?? .epoch, rules.entry.record.updatedAt,
            assigned?.record.updatedAt ?? .epoch,
            assigned?.spec.expiresAt.map { min($0, now) } ?? .epoch)
        let own = assigned?.spec.allowance(in: rules.spec)
        let tiers = paced.map { [$0.allowance] } ?? Array(rules.allowances.values)
        let allowances = tiers + (own.map { [$0] } ?? [])
        return allowances.allSatisfy { allowance in
            state.isFresh(Tier(name: "", allowance, since: since), at: now)
        }
    }
}

extension Tier {
    /// What limits of a key's own are called.
    static let assigned = "assigned"
}
