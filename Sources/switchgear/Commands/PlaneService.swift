import ControlPlane
import ServiceLifecycle

/// Runs the plane beside the server, and stops after it.
struct PlaneService: Service {
    let plane: Plane

    func run() async throws {
        await cancelWhenGracefulShutdown { await plane.run() }
    }
}
