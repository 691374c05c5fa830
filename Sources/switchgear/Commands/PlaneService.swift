import ControlPlane
import ServiceLifecycle

/// Runs the plane beside the server, and stops after it.
struct PlaneService: Service {
    let plane: Plane

    func run() async throws {
        await cancelWhenGracefulShutdown { await plane.run() }
    }
}

/// Answers the calls that wait when the server is to stop, so that they do not hold it up. It is
/// the last service, and so the first that is asked to stop.
struct WaiterDismissal: Service {
    let plane: Plane

    func run() async throws {
        try? await gracefulShutdown()
        plane.dismissWaiters()
    }
}
