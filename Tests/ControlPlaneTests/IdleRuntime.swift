import Resilience

@testable import ControlPlane
@testable import Store

/// A kind at work that does nothing.
final class IdleRuntime<Spec: PolicySpec>: KindRuntime {
    static var specType: any PolicySpec.Type { Spec.self }

    init(_ context: PlaneContext) {}
    init(_ type: Spec.Type) {}

    func owns(_ policyID: Int64) -> Bool { false }
    func publish(_ entry: PolicyEntry) {}
    func remove(_ entry: PolicyEntry) {}
    func restore(_ write: StateWrite) throws {}
    func resume(from store: Store) async throws {}
    func dismissWaiters(_ error: PlaneError) {}
    func checkpoint(turn: Int, at now: Instant) {}
    func checkpointAll(at now: Instant) async {}
}

/// Kinds at work that do nothing, of these specs.
func idleRuntimes(of types: [any PolicySpec.Type]) -> [any KindRuntime] {
    func runtime<Spec: PolicySpec>(_ type: Spec.Type) -> any KindRuntime { IdleRuntime(type) }
    return types.map { runtime($0) }
}
