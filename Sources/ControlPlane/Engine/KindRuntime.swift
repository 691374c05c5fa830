import Resilience
import Store

/// What every kind of policy has in the running plane. Each kind is one type that conforms.
protocol KindRuntime: AnyObject, Sendable {
    /// The spec of its policies.
    static var specType: any PolicySpec.Type { get }

    /// The kind in a plane, without policies.
    init(_ context: PlaneContext)

    /// Whether the policy of that number is one of its own.
    func owns(_ policyID: Int64) -> Bool

    /// Puts a policy in force, a new one or a new version of one.
    func publish(_ entry: PolicyEntry)

    /// Takes a policy out of force, with the states of its keys.
    func remove(_ entry: PolicyEntry)

    /// Takes over a state that was on disk, of a policy of its own.
    func restore(_ write: StateWrite) throws

    /// Goes on with what was under way. Called once, after all states are restored.
    func resume(from store: Store) async throws

    /// Hands what is ahead of the disk to the writer, as much as it has room for.
    func checkpoint(turn: Int, at now: Instant)

    /// Hands all that is ahead of the disk, and all events that wait, to the writer.
    func checkpointAll(at now: Instant) async

    /// Ends the waiting of all calls with an error.
    func dismissWaiters(_ error: PlaneError)
}
