import Resilience

/// A version of a guard, with what it names ready to be asked.
final class GuardVersion: PolicyVersion {
    let entry: PolicyEntry
    let spec: GuardPolicy
    /// The policies that it names, in the order in which they are asked.
    let parts: [(kind: Kind, member: String, part: GuardPartSpec)]
    /// Each of them once, to be told how calls went.
    let named: Set<PolicyIdentity>
    /// The retry policy of calls that fail.
    let retry: String?
    /// The timeout policy of the calls.
    let timeout: String?
    /// The fallback of calls that are denied or fail.
    let fallback: String?

    init(_ entry: PolicyEntry) {
        let spec = Self.spec(of: entry)
        (self.entry, self.spec) = (entry, spec)
        parts = spec.parts
        named = Set(spec.references.map(\.identity))
        (retry, timeout, fallback) = (spec.retry, spec.timeout, spec.fallback)
    }
}
