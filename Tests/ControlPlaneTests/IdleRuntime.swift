import Resilience
import Synchronization

@testable import ControlPlane
@testable import Store

/// A kind at work that does nothing but hold its policies.
final class IdleRuntime<Spec: PolicySpec>: KindRuntime {
    static var specType: any PolicySpec.Type { Spec.self }

    private let content = Mutex<[String: PolicyEntry]>([:])

    init(_ context: PlaneContext) {}
    init(_ type: Spec.Type) {}

    var entries: [PolicyEntry] { content.withLock { Array($0.values) } }

    func entry(_ name: String) -> PolicyEntry? { content.withLock { $0[name] } }

    func publish(_ entries: [PolicyEntry]) {
        content.withLock { content in for entry in entries { content[entry.name] = entry } }
    }

    func remove(_ entries: [PolicyEntry]) {
        content.withLock { content in for entry in entries { content[entry.name] = nil } }
    }

    func owns(_ policyID: Int64) -> Bool { false }
    func restore(_ write: StateWrite) throws {}
    func resume(from store: Store) async throws {}
    func dismissWaiters(_ error: PlaneError) {}
    func checkpoint(turn: Int, at now: Instant) {}
    func checkpointAll(at now: Instant) async {}
}

/// Kinds at work that hold their policies, of these specs.
func idleRuntimes(of types: [any PolicySpec.Type]) -> [any KindRuntime] {
    func runtime<Spec: PolicySpec>(_ type: Spec.Type) -> any KindRuntime { IdleRuntime(type) }
    return types.map { runtime($0) }
}
