import ControlPlane
import HTTPTypes
import Resilience

/// What a client asks about the server and about itself.
struct ServerRoutes {
    var endpoints: [Endpoint] {
        [.read("/v1/version", version), .decide(.get, "/v1/whoami", whoAmI)]
    }

    private func version(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        return Reply([
            "version": .string(Build.version), "commit": JSONValue(Build.commit),
            "swift": .string(Build.swift), "sqlite": .string(try await call.plane.sqliteVersion()),
            "started_at": .string(call.plane.startedAt.timestamp),
        ])
    }

    /// Tokens have no scopes and do not expire.
    private func whoAmI(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        return Reply([
            "actor": .string(call.caller.actor), "role": .string(call.role.rawValue),
            "scopes": .null, "expires_at": .null,
        ])
    }
}
