import ControlPlane
import HTTPTypes
import Resilience

/// Breakers over HTTP.
struct BreakerAPI: StatefulKind, DecidingKind {
    let kind = BreakerPolicy.kind

    func policies(in plane: Plane) -> Breakers { plane.breakers }

    var endpoints: [Endpoint] {
        [
            .decide(.post, "\(path)/outcomes", waitsForDisk: true, takesKey: true, record),
            .admin(.put, "\(path)/state", force), .admin(.delete, "\(path)/state", release),
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

    func acquire(
        _ call: Call, _ name: String, _ body: BreakerAcquireBody
    ) async throws -> AcquireAnswer {
        try await call.plane.breakers.acquire(
            name, body.key, reporter: body.reporter, by: call.caller
        ).acquireAnswer
    }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {
        guard let reply = step.reply as? BreakerReply else { return }
        writer.member("key", step.key.text)
        reply.acquireAnswer.write(&writer)
    }

    // MARK: StatefulKind

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let view = try plane.breakers.view(name, key)
        let wouldAllow = try plane.breakers.wouldAllow(name, key, view)
        return RenderedState { view.write(name, key, wouldAllow: wouldAllow, to: &$0) }
    }
}

extension Breakers: StatefulPolicies {}

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

/// A call to a breaker.
struct BreakerAcquireBody: AcquireBody {
    var key: ExactString = ""
    var reporter: String?
    var wait: Timespan? = .zero

    static let fields: [Field<BreakerAcquireBody>] = [
        Field("key", \.key, .key, "Whom the call is about."),
        Field("reporter", \.reporter, .label, "Who asks."),
    ]
}

/// How calls went that were made without asking.
struct OutcomeBody: CallReport {
    var key: ExactString = ""
    var call = CallMembers()
    var count: Int64 = 1

    static let fields: [Field<OutcomeBody>] =
        [Field("key", \.key, .key, "Whom the calls were about.")] + callFields() + [
            Field("count", \.count, .integer(Bounds.counts), "How many calls went so.")
        ]
}

/// How many calls went, each told by itself.
struct OutcomesBody: SpecObject {
    var outcomes: [OutcomeBody] = []

    static let fields: [Field<OutcomesBody>] = [
        Field(
            "outcomes", \.outcomes, .list(of: .object, maximumCount: 1000), isRequired: true,
            "How the calls went.")
    ]
}

/// Where a breaker is to be put.
struct BreakerStateBody: SpecObject {
    var state = ManualState.forcedOpen
    var until: Instant?
    var reason: String?

    /// What a breaker may be put into, on the wire.
    enum ManualState: String, CaseIterable {
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
        case open, closed
    }

    static let fields: [Field<BreakerStateBody>] = [
        Field("state", \.state, .choice, isRequired: true, "Where it is put."),
        Field("until_at", \.until, .timestamp, "Until when it is forced."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]

    static let decisiveMembers: Set<String>? = ["state"]

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if until != nil, state == .open || state == .closed {
            reader.fault(pointer.appending("until_at"), "needs a forced state")
        }
    }

    /// The position that it names.
    var position: ManualPosition {
        switch state {
        case .forcedOpen: .forcedOpen(until: until)
        case .forcedClosed: .forcedClosed(until: until)
        case .open: .open
        case .closed: .closed
        }
    }
}
