import ControlPlane
import HTTPTypes
import Resilience

/// Permits: settling them, making them last, giving them back.
struct PermitRoutes {
    var endpoints: [Endpoint] {
        let one = "/v1/permits/{permit}"
        return [
            .decide(.post, "\(one)/outcome", waitsForDisk: true, takesKey: true, settle),
            .decide(.post, "\(one)/renew", waitsForDisk: true, renew),
            .decide(.delete, one, waitsForDisk: true, release),
        ]
    }

    private func settle(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: PermitOutcomeBody = try call.read()
        return try await call.plane.permits.settle(
            call.permit, body.settlement, by: call.caller
        ).reply
    }

    private func renew(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: RenewBody = try call.read()
        let end = try await call.plane.permits.renew(
            call.permit, for: body.lease, by: call.caller)
        return Reply(["expires_at": .string(end.timestamp)])
    }

    private func release(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        try await call.plane.permits.release(call.permit, by: call.caller)
        return .noContent
    }
}
