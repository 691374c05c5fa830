import ControlPlane
import HTTPTypes
import Resilience

/// What guards have besides what all kinds have.
struct GuardRoutes: DecidingKind {
    static let kind = GuardPolicy.kind

    var endpoints: [Endpoint] { [.read("/v1/guards/{name}/stats", stats)] }

    private func stats(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        return try call.plane.guards.stats(name).reply(name, since: call.plane.startedAt)
    }

    // MARK: DecidingKind

    // The probe of a breaker and the slot of a strict bulkhead are on disk before they are told.
    static let waitsForDisk = true

    func acquire(
        _ plane: Plane, _ name: String, _ body: GuardAcquireBody, by caller: Caller
    ) async throws -> AcquireAnswer {
        let request = GuardRequest(
            attributes: body.attributes, cost: body.cost, attempt: body.attempt,
            wait: body.wait ?? .zero, reporter: body.reporter)
        let answer = try await plane.guards.acquire(name, request, by: caller)
        return answer.acquireAnswer(explained: body.explains)
    }
}
