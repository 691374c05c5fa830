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
