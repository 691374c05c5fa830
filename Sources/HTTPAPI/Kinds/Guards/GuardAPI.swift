import ControlPlane
import HTTPTypes
import Resilience

/// Guards over HTTP.
struct GuardAPI: DecidingKind {
    let kind = GuardPolicy.kind

    func policies(in plane: Plane) -> Guards { plane.guards }

    // MARK: DecidingKind

    func acquire(
        _ call: Call, _ name: String, _ body: GuardAcquireBody
    ) async throws -> AcquireAnswer {
        let request = GuardRequest(
            attributes: body.attributes, cost: body.cost, attempt: body.attempt,
            wait: body.wait ?? .zero, reporter: body.reporter)
        let answer = try await call.plane.guards.acquire(name, request, by: call.caller)
        return answer.acquireAnswer(explainedBy: body.explains ? call.kinds : nil)
    }
}

extension Guards: PoliciesAtWork {}
