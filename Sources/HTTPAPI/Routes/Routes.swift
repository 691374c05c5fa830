import ControlPlane
import Resilience

/// Everything that can be asked. A kind adds itself to the lists that it belongs to.
enum Routes {
    /// The kinds that answer "may I?": each has its acquire calls, and may stand in a batch.
    static let deciding: [any DecidingKind] = [
        LimiterRoutes(), BreakerRoutes(), BulkheadRoutes(), GuardRoutes(),
    ]

    /// The kinds that keep a state for each key.
    static let stateful: [any StatefulKind] = [
        LimiterRoutes(), BreakerRoutes(), BulkheadRoutes(), RetryRoutes(),
        TimeoutRoutes(),
    ]

    /// The endpoints of all.
    static let all: [Endpoint] =
        ProbeRoutes().endpoints + PolicyListRoutes().endpoints
        + Plane.types.flatMap { PolicyRoutes(kind: $0.kind).endpoints }
        + stateful.flatMap { $0.stateEndpoints } + deciding.flatMap { $0.acquireEndpoints }
        + DecisionRoutes().endpoints + LimiterRoutes().endpoints + BreakerRoutes().endpoints
        + RetryRoutes().endpoints + TimeoutRoutes().endpoints + FallbackRoutes().endpoints
        + GuardRoutes().endpoints
        + PermitRoutes().endpoints + EventRoutes().endpoints + ClockRoutes().endpoints
        + ServerRoutes().endpoints
}
