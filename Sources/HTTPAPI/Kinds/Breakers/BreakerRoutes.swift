import ControlPlane
import HTTPTypes
import Resilience

/// What breakers have besides what all kinds have.
struct BreakerRoutes: StatefulKind, DecidingKind {
    static let kind = BreakerPolicy.kind

    var endpoints: [Endpoint] {
        let one = "/v1/breakers/{name}"
        return [
            .decide(.post, "\(one)/outcomes", waitsForDisk: true, takesKey: true, record),
            .admin(.put, "\(one)/state", force), .admin(.delete, "\(one)/state", release),
        ]
    }

    private func record(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        guard try call.document().value.object?["outcomes"] != nil else {
            let body: OutcomeBody = try call.read()
            return try await record(body, name, call).reply
        }
        let body: OutcomesBody = try call.read()
        // One that fails keeps no other from counting, nor from being told that it did.
        var results: [Result<SettlementReply, PlaneError>] = []
        for outcome in body.outcomes {
            do {
                results.append(.success(try await record(outcome, name, call)))
            } catch let error as PlaneError {
                results.append(.failure(error))
            }
        }
        if !results.contains(where: \.isSuccess) { _ = try results.first?.get() }
        return .object { writer in
            writer.name("results")
            writer.array { writer in for result in results { result.write(to: &writer) } }
        }
    }

    private func record(
        _ body: OutcomeBody, _ name: String, _ call: Call
    ) async throws -> SettlementReply {
        try await call.plane.breakers.record(
            name, body.key, body.report(count: body.count), by: call.caller)
    }

    private func force(_ call: Call) async throws -> Reply {
        let name = try call.name
        let key = try key(of: call)
        let body: BreakerStateBody = try call.read()
        let writer = try call.writer(because: body.reason)
        let view = try await call.plane.breakers.force(
            name, key, body.position, reason: writer.reason, by: writer)
        return .object { view.write(name, key, to: &$0) }
    }

    private func release(_ call: Call) async throws -> Reply {
        let name = try call.name
        let key = try key(of: call)
        let view = try await call.plane.breakers.release(name, key, by: call.writer())
        return .object { view.write(name, key, to: &$0) }
    }

    private func key(of call: Call) throws -> ExactString {
        var query = call.query
        let key = query.key("key") ?? ""
        try query.finish()
        return key
    }

    // MARK: DecidingKind

    // Transitions and probes are on disk before they are told.
    static let waitsForDisk = true

    func acquire(
        _ plane: Plane, _ name: String, _ body: BreakerAcquireBody, by caller: Caller
    ) async throws -> AcquireAnswer {
        try await plane.breakers.acquire(name, body.key, reporter: body.reporter, by: caller)
            .acquireAnswer
    }

    // MARK: StatefulKind

    func state(_ call: Call) throws -> Reply {
        let name = try call.name
        let key = try key(of: call)
        let view = try call.plane.breakers.view(name, key)
        let wouldAllow = try call.plane.breakers.wouldAllow(name, key, view)
        return .object { view.write(name, key, wouldAllow: wouldAllow, to: &$0) }
    }

    func states(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [RenderedState] {
        try plane.breakers.keys(name, after: cursor, limit: limit).map { key in
            let view = try plane.breakers.view(name, key)
            let wouldAllow = try plane.breakers.wouldAllow(name, key, view)
            return RenderedState(key: key) {
                view.write(name, key, wouldAllow: wouldAllow, to: &$0)
            }
        }
    }

    func reset(
        _ plane: Plane, _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await plane.breakers.reset(name, key, reason: reason, by: caller)
    }

    func stats(_ plane: Plane, _ name: String) throws -> KindStats {
        try plane.breakers.stats(name)
    }
}

extension Result<SettlementReply, PlaneError> {
    fileprivate var isSuccess: Bool { (try? get()) != nil }

    /// Writes it as one element of the answer: what came of a report, or why nothing did.
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .success(let reply): reply.write(to: &writer)
        case .failure(let error): writer.object { Problem(error).write(to: &$0) }
        }
    }
}
