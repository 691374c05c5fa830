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
            .open(.get, "/openapi.json") { _ in try Self.openAPIAsJSON.get() },
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

    /// Converted when it is first asked for, and kept: it is the same until the server ends.
    private static let openAPIAsJSON = Result<Reply, SourceFault> { () throws(SourceFault) in
        var reply = Reply()
        reply.body = try YAMLReader.parse(String(decoding: openAPI.body, as: UTF8.self)).bytes
        return reply
    }
}
