import ControlPlane
import HTTPTypes
import Resilience

/// What a call that asked is told, whoever decided.
struct AcquireAnswer {
    /// Whether it may go on.
    let isAllowed: Bool
    /// When it is worth asking again, for a denied call.
    let retryAfter: Timespan?
    /// The header fields that go with it, where it is an answer by itself.
    var headers: HTTPFields = [:]
    /// Writes its members into the object that is open.
    let write: (inout JSONWriter) -> Void

    /// It as the answer to a request that wants denials to have the status `denyStatus`.
    func reply(denyStatus: Int64?) -> Reply {
        var reply = Reply.object(write)
        reply.headers = headers
        guard !isAllowed else { return reply }
        if let denyStatus { reply.status = HTTPResponse.Status(code: Int(denyStatus)) }
        if let retryAfter {
            reply.headers[.retryAfter] = String(max(1, retryAfter.secondsRoundedUp))
        }
        return reply
    }
}

extension JSONWriter {
    /// Writes what every answer to a call that asks says of the policy that decided.
    mutating func members(of policy: PolicyEntry, wouldAllow: Bool) {
        member("policy_version", policy.version)
        member("when_unreachable", policy.document.whenUnreachable.rawValue)
        guard policy.mode == .shadow else { return }
        member("shadow", true)
        member("would_allow", wouldAllow)
    }
}
