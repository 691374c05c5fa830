import Resilience
import Store

/// What a policy keeps besides the states of its keys, in rows of its own.
///
/// Nothing has a default here, so that a kind which keeps something cannot forget a part of it.
protocol PolicyExtras: Sendable {
    associatedtype Version: PolicyVersion

    /// Those of a policy that begins to work.
    init(_ entry: PolicyEntry)

    /// Takes over what was on disk.
    ///
    /// - Returns: Whether it could be read; nil where the row is none of its own, but a key's.
    func restore(_ row: ExactString, _ snapshot: JSONValue, _ version: Version) -> Bool?

    /// Goes on with a new version of the policy.
    func adopt(_ version: Version)

    /// Hands what is ahead of the disk to the writer; with `all` also what is only written at a
    /// graceful stop.
    func write(_ policyID: Int64, with writer: Writer, all: Bool)

    /// A reset of all keys is about to be handed over, which deletes these rows, too.
    func resetBegun(_ reset: StateReset)

    /// It is on disk, and comes into force now, key by key; or it could not be written.
    func resetEnded(isStored: Bool)
}

/// What most policies keep besides the states of their keys.
struct NoExtras<Version: PolicyVersion>: PolicyExtras {
    init(_ entry: PolicyEntry) {}

    func restore(_ row: ExactString, _ snapshot: JSONValue, _ version: Version) -> Bool? { nil }

    func adopt(_ version: Version) {}

    func write(_ policyID: Int64, with writer: Writer, all: Bool) {}

    func resetBegun(_ reset: StateReset) {}

    func resetEnded(isStored: Bool) {}
}
