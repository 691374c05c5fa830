import Resilience
import Store
import Synchronization

/// One limiter at work. It stays the same object from version to version of its policy.
final class LiveLimiter: Sendable {
    /// The policy ready to be decided by; never changed, but replaced.
    final class Rules: Sendable {
        let entry: PolicyEntry
        let policy: LimiterPolicy
        let allowances: [String: Allowance]

        init(_ entry: PolicyEntry) {
            guard let policy = entry.resolution.spec as? LimiterPolicy else {
                preconditionFailure("a limiter with the spec of another kind")
            }
            self.entry = entry
            self.policy = policy
            allowances = policy.allowances
        }
    }

    let table: StateTable<LimiterState>
    let tally = Tally(LimiterCount.allCases.count)
    let throttle = EventThrottle()
    private let current: Mutex<Rules>
    private let assigned = Mutex<[ExactString: Assignment]>([:])
    /// When a timer looks after the assignment of a key, for those that expire.

    init(_ entry: PolicyEntry, _ census: Census) {
        table = StateTable(policyID: entry.record.id, census)
        current = Mutex(Rules(entry))
    }

    /// The policy at work.
    var rules: Rules { current.withLock { $0 } }

    /// Goes on with a new version of the policy.
    func adopt(_ entry: PolicyEntry) {
        let rules = Rules(entry)
        current.withLock { $0 = rules }
    }

    /// The timer of that purpose for a key.
    func timer(_ key: ExactString, _ purpose: Timers.Purpose) -> Timers.Key {
        Timers.Key(policyID: table.policyID, key: key, purpose: purpose)
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
        of key: ExactString, asking name: String?, _ rules: Rules, at now: Instant
    ) throws(PlaneError) -> Tier {
        let asked = name ?? rules.policy.tierByDefault
        guard let allowance = rules.allowances[asked] else {
            let names = rules.allowances.keys.sorted().joined(separator: ", ")
            throw .invalid(JSONPointer.root.appending("tier"), "must be one of \(names)")
        }
        var since = rules.entry.record.updatedAt
        if let assignment = assignment(of: key) {
            since = max(since, assignment.record.updatedAt)
            if !assignment.isInForce(at: now) {
                since = max(since, assignment.spec.expiresAt ?? since)
            } else if let name = assignment.spec.tier, let allowance = rules.allowances[name] {
                return Tier(name: name, allowance, since: since)
            } else if let own = assignment.spec.allowance(in: rules.policy) {
                return Tier(name: Tier.assigned, own, since: since)
            }
        }
        return Tier(name: asked, allowance, since: since)
    }
}

extension LiveLimiter {
    /// The tier whose limits were charged by the key's last call, which it may have asked for.
    func tierCharged(
        for key: ExactString, _ state: LimiterState?, _ rules: Rules, at now: Instant
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
        let rules = rules
        let assigned = assignment(of: key)
        let since = max(
            rules.entry.record.updatedAt, assigned?.record.updatedAt ?? .epoch,
            assigned?.spec.expiresAt.map { min($0, now) } ?? .epoch)
        let own = assigned?.spec.allowance(in: rules.policy)
        let allowances = Array(rules.allowances.values) + (own.map { [$0] } ?? [])
        return allowances.allSatisfy { allowance in
            state.isFresh(Tier(name: "", allowance, since: since), at: now)
        }
    }
}

extension Tier {
    /// What limits of a key's own are called.
    static let assigned = "assigned"
}

/// What is counted of a limiter.
public enum LimiterCount: String, CaseIterable, Sendable {
    case allowed, denied, waited, refunded
    case costSpent = "cost_spent"
}
