import Resilience
import Store

/// A version of a limiter's policy, with its tiers ready to be decided by.
final class LimiterVersion: PolicyVersion {
    let entry: PolicyEntry
    let spec: LimiterPolicy
    /// What each tier allows.
    let allowances: [String: Allowance]

    init(_ entry: PolicyEntry) {
        self.entry = entry
        spec = Self.spec(of: entry)
        allowances = spec.allowances
    }

    /// When the policy came to be so.
    var since: Instant { entry.record.updatedAt }
}
