import ControlPlane
import HTTPTypes
import Resilience
import Store

/// Limiters over HTTP.
struct LimiterAPI: StatefulKind, DecidingKind {
    let kind = LimiterPolicy.kind

    func policies(in plane: Plane) -> Limiters { plane.limiters }

    var endpoints: [Endpoint] {
        let assignment = "\(path)/assignments/{key}"
        return [
            .decide(.post, "\(path)/outcomes", takesKey: true, record),
            .decide(.post, "\(path)/refund", waitsForDisk: true, takesKey: true, refund),
            .read("\(path)/top", top),
            .read("\(path)/assignments", assignments), .read(assignment, getAssignment),
            .admin(.put, assignment, assign), .admin(.delete, assignment, unassign),
        ]
    }

    private func refund(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: RefundBody = try call.read()
        let request = LimiterRequest(key: body.key, cost: body.cost, tier: body.tier)
        let (answer, refunded) = try await call.plane.limiters.refund(
            name, request, by: call.caller)
        let state = rendered(answer, call.plane, name)
        var reply = Reply.object { writer in
            state.write(&writer)
            writer.member("refunded", refunded)
        }
        reply.headers = state.headers
        return reply
    }

    private func record(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let name = try call.name
        let body: LimiterOutcomeBody = try call.read()
        let figures = try call.plane.limiters.record(
            name, body.call.duration ?? .zero, body.call.outcome)
        return .object { figures.write(to: &$0) }
    }

    private func top(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let areAllowed = query.choice("by", ["denied": false, "allowed": true]) ?? false
        let limit = query.integer("limit", in: 1...100) ?? 20
        try query.finish()
        let keys = try call.plane.limiters.top(name, areAllowed: areAllowed, limit: Int(limit))
        return .object { writer in
            writer.member("by", areAllowed ? "allowed" : "denied")
            writer.name("keys")
            writer.array { writer in for key in keys { writer.object { key.write(to: &$0) } } }
        }
    }

    // MARK: DecidingKind

    // Only strict ones do; the others' answers need no deadline, which takes time to keep.
    func waitsForDisk(_ plane: Plane, _ name: String) -> Bool { plane.limiters.isStrict(name) }

    func acquire(
        _ call: Call, _ name: String, _ body: LimiterAcquireBody
    ) async throws -> AcquireAnswer {
        let request = LimiterRequest(
            key: body.key, cost: body.cost, tier: body.tier, wait: body.wait ?? .zero)
        return try await call.plane.limiters.acquire(name, request, by: call.caller)
            .acquireAnswer
    }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {
        guard let answer = step.reply as? LimiterAnswer else { return }
        answer.acquireAnswer.write(&writer)
    }

    // MARK: Assignments

    private func assignments(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let limit = query.limit()
        let cursor = query.cursor(of: call.path).map { ExactString($0) }
        try query.finish()
        let found = try call.plane.limiters.assignments(name, after: cursor, limit: limit + 1)
        let page = Page(found, of: call.path, limit: limit) { $0.record.key.text }
        return page.reply("assignments") {
            $1.value(.object($0.document))
        }
    }

    private func getAssignment(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        return Reply(try call.plane.limiters.assignment(call.name, call.key).document)
    }

    private func assign(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let document = try call.document()
        let (assignment, isNew) = try await call.plane.limiters.assign(
            call.name, call.key, document.value, faults: document.faults, by: call.writer())
        return Reply(assignment.document, status: isNew ? .created : .ok)
    }

    private func unassign(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        try await call.plane.limiters.unassign(call.name, call.key, by: call.writer())
        return .noContent
    }

    // MARK: StatefulKind

    let stateKeys = StateKeys.required

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        try state(plane, name, LimiterRequest(key: key))
    }

    func state(
        _ plane: Plane, _ name: String, _ key: ExactString, _ query: inout Query
    ) throws -> RenderedState {
        let tier = query.text("tier")
        let cost = query.integer("cost", in: Bounds.costs) ?? 1
        try query.finish()
        return try state(plane, name, LimiterRequest(key: key, cost: cost, tier: tier))
    }

    private func state(
        _ plane: Plane, _ name: String, _ request: LimiterRequest
    ) throws -> RenderedState {
        rendered(try plane.limiters.peek(name, request), plane, name)
    }

    private func rendered(_ answer: LimiterAnswer, _ plane: Plane, _ name: String) -> RenderedState
    {
        let assignment = try? plane.limiters.assignment(name, answer.key)
        let rate = (try? plane.limiters.rate(of: name)) ?? nil
        return RenderedState(headers: RateLimitFields.limits(of: answer.decision)) {
            LimiterState.write(answer, assignment, rate, to: &$0)
        }
    }
}

extension Limiters: StatefulPolicies {}

/// What a call to a limiter says.
struct LimiterAcquireBody: AcquireBody {
    var key: ExactString = ""
    var cost: Int64 = 1
    var tier: String?
    var wait: Timespan? = .zero

    static let fields: [Field<LimiterAcquireBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whom the call is about."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it costs; 0 looks."),
        Field("tier", \.tier, .name, "The tier it asks for."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait to be allowed."),
    ]
}

/// How long a call took that an adaptive limiter had let through.
struct LimiterOutcomeBody: CallReport {
    var call = CallMembers()

    static let fields: [Field<LimiterOutcomeBody>] =
        callFields(requiresOutcome: false, requiresDuration: true)
}

/// What a call gives back.
struct RefundBody: SpecObject {
    var key: ExactString = ""
    var cost: Int64 = 1
    var tier: String?

    static let fields: [Field<RefundBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whose it was."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it had cost."),
        Field("tier", \.tier, .name, "The tier that it was charged to."),
    ]
}
