import Resilience
import Synchronization

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
