import Resilience
import Store
import Synchronization

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

/// The kinds of a plane. They find each other in it, which is why it is filled once all are made.
/// Guarded by a mutex.
final class KindDirectory: Sendable {
    private let content = Mutex(Content())

    private struct Content {
        var all: [any KindRuntime] = []
        var byType: [ObjectIdentifier: any KindRuntime] = [:]
        var byKind: [Kind: any KindRuntime] = [:]
        var guarded: [Kind: any GuardedRuntime] = [:]
    }

    /// All of them, in the order in which they were given.
    var all: [any KindRuntime] { content.withLock(\.all) }

    /// The kind of that type; nil where there is none.
    subscript<Runtime: AnyObject>(_ type: Runtime.Type) -> Runtime? {
        content.withLock { $0.byType[ObjectIdentifier(type)] }.map {
            unsafeDowncast($0, to: type)
        }
    }

    /// The kind of that name; nil where there is none.
    subscript(_ kind: Kind) -> (any KindRuntime)? { content.withLock { $0.byKind[kind] } }

    /// The kind of that name, where guards can ask its policies; else nil.
    func guarded(_ kind: Kind) -> (any GuardedRuntime)? { content.withLock { $0.guarded[kind] } }

    /// The kind that a policy is of; nil where it was deleted.
    func owner(of policyID: Int64) -> (any KindRuntime)? { all.first { $0.owns(policyID) } }

    /// Says which kinds there are.
    func fill(with kinds: [any KindRuntime]) {
        content.withLock { content in
            content.all = kinds
            for kind in kinds {
                content.byType[ObjectIdentifier(type(of: kind))] = kind
                let name = type(of: kind).specType.kind
                content.byKind[name] = kind
                content.guarded[name] = kind as? any GuardedRuntime
            }
        }
    }

    /// Forgets them: they hold the directory, and it holds them.
    func clear() { content.withLock { $0 = Content() } }
}
