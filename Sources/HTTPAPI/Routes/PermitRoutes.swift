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

/// How long a lease is to last.
struct RenewBody: SpecObject {
    var lease: Timespan?

    static let fields: [Field<RenewBody>] = [
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long from now; at most what the policy gives.")
    ]
}

/// What a kind tells of a report: where what it is about stands.
protocol SettlementState: SettlementDetail {
    /// In a word.
    var state: String { get }
    /// What the report caused; nil where that is nothing.
    var caused: JSONObject? { get }
}

/// What a kind tells of a call that failed: whether it is tried again.
protocol SettlementRetry: SettlementDetail {
    /// Writes its members into the object that is open.
    func write(to writer: inout JSONWriter)
}

extension SettlementReply {
    /// Writes the answer to a report.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("counted", reason == nil)
            let stand = detail as? any SettlementState
            writer.member("state", stand?.state)
            writer.member("reason", reason?.rawValue)
            writer.member("transition", stand?.caused.map(JSONValue.object) ?? .null)
            guard isOfGuard else { return }
            writer.name("retry")
            guard let retry = retry as? any SettlementRetry else { return writer.value(.null) }
            writer.object { retry.write(to: &$0) }
        }
    }

    /// The answer to one report.
    var reply: Reply {
        var writer = JSONWriter()
        write(to: &writer)
        var reply = Reply()
        reply.body = writer.bytes
        return reply
    }
}
