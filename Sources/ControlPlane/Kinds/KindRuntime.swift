import Resilience
import Store

/// What every kind of policy has in the running plane. Each kind is one type that conforms.
protocol KindRuntime: Sendable {
    /// The spec of its policies.
    var specType: any PolicySpec.Type { get }

    /// Puts a policy in force, a new one or a new version of one.
    func publish(_ entry: PolicyEntry)

    /// Takes a policy out of force, with the states of its keys.
    func remove(_ entry: PolicyEntry)

    /// Takes over what was on disk. Called once, after all policies are in force.
    func restore(from store: Store) async throws

    /// Hands what is ahead of the disk to the writer, as much as it has room for.
    func checkpoint(turn: Int, at now: Instant)

    /// Hands all that is ahead of the disk, and all events that wait, to the writer.
    func checkpointAll(at now: Instant) async
}
