import ControlPlane
import Resilience

/// What bulkheads say of themselves where all kinds are asked the same.
struct BulkheadRoutes: StatefulKind, DecidingKind {
    static let kind = BulkheadPolicy.kind

    // MARK: DecidingKind

    // The slots of strict bulkheads are on disk before they are told.
    static let waitsForDisk = true

    // Without a wait of its own a call waits as long as its policy lets it, which is mostly not
    // at all.
    func mayWait(_ plane: Plane, _ name: String, _ body: BulkheadAcquireBody) -> Bool {
        plane.bulkheads.mayWait(name, body.request)
    }

    func acquire(
        _ plane: Plane, _ name: String, _ body: BulkheadAcquireBody, by caller: Caller
    ) async throws -> AcquireAnswer {
        try await plane.bulkheads.acquire(name, body.request, by: caller).acquireAnswer
    }

    // MARK: StatefulKind

    func state(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let key = query.key("key") ?? ""
        try query.finish()
        let status = try call.plane.bulkheads.status(name, key)
        var reply = Reply.object { status.write(to: &$0) }
        RateLimitFields.add(
            name, limit: status.view.limit, free: status.view.free, to: &reply.headers)
        return reply
    }

    func states(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [RenderedState] {
        try plane.bulkheads.keys(name, after: cursor, limit: limit).map { key in
            let status = try plane.bulkheads.status(name, key)
            return RenderedState(key: key) { status.write(to: &$0) }
        }
    }

    func reset(
        _ plane: Plane, _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await plane.bulkheads.reset(name, key, reason: reason, by: caller)
    }

    func stats(_ plane: Plane, _ name: String) throws -> KindStats {
        try plane.bulkheads.stats(name)
    }
}
