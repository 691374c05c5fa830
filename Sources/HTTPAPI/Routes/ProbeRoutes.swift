import CAssets
import ControlPlane
import HTTPTypes
import Resilience

/// What probes and readers of the contract ask, without a token.
struct ProbeRoutes {
    var endpoints: [Endpoint] {
        [
            .open(.get, "/livez") { _ in Reply(["status": "ok"]) },
            .open(.get, "/readyz", ready),
            .open(.get, "/health") { _ in Reply(["status": "healthy"]) },
            .open(.get, "/openapi.yaml") { _ in Self.openAPI },
        ]
    }

    private func ready(_ call: Call) throws -> Reply {
        if let failure = call.plane.storageFailure {
            throw Problem(.storageUnavailable, failure)
        }
        return Reply(["status": "ready"])
    }

    private static let openAPI: Reply = {
        var reply = Reply(contentType: "application/yaml")
        let asset = switchgear_openapi
        reply.body = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
        return reply
    }()
}
