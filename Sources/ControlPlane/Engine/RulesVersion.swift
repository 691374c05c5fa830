import Resilience

/// A version of a policy, ready to be decided by: never changed but replaced.
protocol RulesVersion: Sendable {
    associatedtype Spec: PolicySpec

    /// The policy.
    var entry: PolicyEntry { get }
    /// Its spec.
    var spec: Spec { get }

    init(_ entry: PolicyEntry)
}

extension RulesVersion {
    /// The spec of a policy of this kind.
    static func spec(of entry: PolicyEntry) -> Spec {
        guard let spec = entry.resolution.spec as? Spec else {
            preconditionFailure("a policy with the spec of another kind")
        }
        return spec
    }
}
