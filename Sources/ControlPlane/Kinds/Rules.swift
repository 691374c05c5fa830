import Resilience
import Synchronization

/// The version of a policy that is in force. Guarded by a mutex.
final class Rules<Version: RulesVersion>: Sendable {
    private let version: Mutex<Version>

    init(_ entry: PolicyEntry) { version = Mutex(Version(entry)) }

    /// The version in force.
    var now: Version { version.withLock { $0 } }

    /// Goes on with a new version.
    func adopt(_ entry: PolicyEntry) {
        let new = Version(entry)
        version.withLock { $0 = new }
    }
}

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

/// A version that is decided by as its spec is.
struct SpecVersion<Spec: PolicySpec>: RulesVersion {
    let entry: PolicyEntry
    let spec: Spec

    init(_ entry: PolicyEntry) {
        self.entry = entry
        spec = Self.spec(of: entry)
    }
}
