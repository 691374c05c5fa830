import ControlPlane
import Resilience

/// Everything that can be asked. A kind adds a line.
enum Routes {
    static let all: [Endpoint] =
        ProbeRoutes().endpoints + PolicyListRoutes().endpoints
        + Plane.types.flatMap { PolicyRoutes(kind: $0.kind).endpoints }
        + StateRoutes(kind: LimiterRoutes()).endpoints + LimiterRoutes().endpoints
        + StateRoutes(kind: BreakerRoutes()).endpoints + BreakerRoutes().endpoints
        + RetryRoutes().endpoints + PermitRoutes().endpoints
        + EventRoutes().endpoints + ClockRoutes().endpoints
}
