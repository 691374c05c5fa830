import ControlPlane
import ServiceLifecycle

/// Answers the calls that wait when the server is to stop, so that they do not hold it up. It is
/// the last service, and so the first that is asked to stop.
struct WaiterDismissal: Service {
    let plane: Plane

    func run() async throws {
        try? await gracefulShutdown()
        plane.dismissWaiters()
    }
}
