import Resilience

@testable import ControlPlane
@testable import Store

/// A kind at work that does nothing.
final class IdleRuntime: KindRuntime {
    let specType: any PolicySpec.Type

    init(specType: any PolicySpec.Type) { self.specType = specType }

    func owns(_ policyID: Int64) -> Bool { false }
    func publish(_ entry: PolicyEntry) {}
    func remove(_ entry: PolicyEntry) {}
    func restore(_ write: StateWrite) throws {}
    func resume(from store: Store) async throws {}
    func dismissWaiters(_ error: PlaneError) {}
    func checkpoint(turn: Int, at now: Instant) {}
    func checkpointAll(at now: Instant) async {}
}
