import ControlPlane
import Resilience

/// Bulkheads over HTTP.
struct BulkheadAPI: StatefulKind, DecidingKind {
    let kind = BulkheadPolicy.kind

    func policies(in plane: Plane) -> Bulkheads { plane.bulkheads }

    // MARK: DecidingKind

    // Without a wait of its own a call waits as long as its policy lets it, which is mostly not
    // at all.
    func mayWait(_ plane: Plane, _ name: String, _ body: BulkheadAcquireBody) -> Bool {
        plane.bulkheads.mayWait(name, body.request)
    }

    func acquire(
        _ call: Call, _ name: String, _ body: BulkheadAcquireBody
    ) async throws -> AcquireAnswer {
        try await call.plane.bulkheads.acquire(name, body.request, by: call.caller).acquireAnswer
    }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {
        guard let reply = step.reply as? BulkheadReply else { return }
        writer.member("key", step.key.text)
        reply.acquireAnswer.write(&writer)
    }

    // MARK: StatefulKind

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let status = try plane.bulkheads.status(name, key)
        let fields = RateLimitFields.slots(
            of: name, limit: status.view.limit, free: status.view.free)
        return RenderedState(headers: fields) { status.write(to: &$0) }
    }
}

extension Bulkheads: StatefulPolicies {}
