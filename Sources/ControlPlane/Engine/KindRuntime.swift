import Resilience
import Store

/// What the plane asks of every kind of policy, whatever its types are.
protocol KindRuntime: AnyObject, Sendable {
    /// The spec of its policies.
    static var specType: any PolicySpec.Type { get }

    /// The kind in a plane, without policies.
    init(_ context: PlaneContext)

    /// Whether the policy of that number is one of its own.
    func owns(_ policyID: Int64) -> Bool

    /// The policies in force.
    var entries: [PolicyEntry] { get }

    /// The policy of that name in force; nil where there is none.
    func entry(_ name: String) -> PolicyEntry?

    /// Puts policies in force, new ones or new versions of some. One change is made at a time.
    func publish(_ entries: [PolicyEntry])

    /// Takes policies out of force, with the states of their keys.
    func remove(_ entries: [PolicyEntry])

    /// Takes over a row that was on disk, of a policy of its own.
    func restore(_ write: StateWrite) throws

    /// Goes on with what was under way. Called once, after all rows are restored.
    func resume(from store: Store) async throws

    /// Hands what is ahead of the disk to the writer, as much as it has room for.
    func checkpoint(turn: Int, at now: Instant)

    /// Hands all that is ahead of the disk, and all events that wait, to the writer.
    func checkpointAll(at now: Instant) async

    /// Ends the waiting of all calls with an error.
    func dismissWaiters(_ error: PlaneError)
}
