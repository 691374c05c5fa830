import Resilience

/// A version of a policy, with everything that decisions need, made when it is put in force: never
/// changed but replaced.
protocol PolicyVersion: AnyObject, Sendable {
    associatedtype Spec: PolicySpec

    /// The policy.
    var entry: PolicyEntry { get }
    /// Its spec.
    var spec: Spec { get }

    init(_ entry: PolicyEntry)
}

extension PolicyVersion {
    /// How it decides.
    var mode: Mode { entry.mode }

    /// The spec of a policy of this kind.
    static func spec(of entry: PolicyEntry) -> Spec {
        guard let spec = entry.resolution.spec as? Spec else {
            preconditionFailure("a policy with the spec of another kind")
        }
        return spec
    }
}

/// A version that is decided by as its spec is.
final class SpecVersion<Spec: PolicySpec>: PolicyVersion {
    let entry: PolicyEntry
    let spec: Spec

    init(_ entry: PolicyEntry) {
        self.entry = entry
        spec = Self.spec(of: entry)
    }
}
