import ControlPlane
import Resilience
import Testing

/// What was granted to each key in each tier since something other than time changed its limits,
/// held to what a limit of any pacing can grant in a span: its capacity, and its quota for each
/// period begun.
struct GrantLedger {
    private struct Grant {
        let cost: Int64
        let at: Instant
    }

    private var grants: [String: [Grant]] = [:]

    /// Notes what was granted, and holds it to the limits over every span that ends now.
    mutating func add(_ answer: LimiterAnswer, at now: Instant) {
        let (cost, limits) = (answer.decision.cost, answer.decision.limits.map(\.limit))
        let limiter = "\(answer.policy.name)/\(answer.key)/\(answer.decision.tier)"
        grants[limiter, default: []].append(Grant(cost: cost, at: now))
        let list = grants[limiter] ?? []
        for limit in limits {
            var sum: Int64 = 0
            for grant in list.reversed() {
                sum += grant.cost
                let periods = (now - grant.at).nanoseconds / limit.period.nanoseconds + 1
                let most = limit.capacity + limit.quota * periods
                #expect(sum <= most, "\(limiter): \(sum) granted since \(grant.at.timestamp)")
            }
        }
    }

    /// Forgets what was granted to a key, in one tier or in all.
    mutating func forget(_ name: String, _ key: ExactString, _ tier: String? = nil) {
        for limiter in grants.keys where limiter.hasPrefix("\(name)/\(key)/\(tier ?? "")") {
            grants[limiter] = nil
        }
    }
}
