import ControlPlane
import HTTPTypes
import Resilience

/// A kind that answers "may I?".
///
/// What a kind says here is its part; the route, the status of denials, `Retry-After`, waiting
/// with the client's connection, and batches are the same for all kinds and written once, in
/// ``AcquireRoutes`` and ``DecisionRoutes``.
protocol DecidingKind: KindAPI {
    /// What a call that asks says.
    associatedtype Body: AcquireBody

    /// Whether an answer by the policy `name` may have to wait for the disk.
    func waitsForDisk(_ plane: Plane, _ name: String) -> Bool

    /// Whether the answer to a call may be held until it can be allowed, so that the client is
    /// watched meanwhile.
    func mayWait(_ plane: Plane, _ name: String, _ body: Body) -> Bool

    /// Decides on a call by the policy `name`. In a batch the policy is not that of the path.
    func acquire(_ call: Call, _ name: String, _ body: Body) async throws -> AcquireAnswer
}

extension DecidingKind {
    func waitsForDisk(_ plane: Plane, _ name: String) -> Bool { true }

    func mayWait(_ plane: Plane, _ name: String, _ body: Body) -> Bool { body.wait != .zero }
}

/// What a call that asks says.
protocol AcquireBody: SpecObject {
    /// How long the call would wait at most; nil for as long as the policy lets it. A kind
    /// without waiting leaves it at zero and has no member for it.
    var wait: Timespan? { get set }

    /// Takes what the query says besides `deny_status`.
    mutating func take(_ query: inout Query)
}

extension AcquireBody {
    /// The member that says how long a call would wait.
    static var waitMember: String { "wait_ms" }

    /// Whether calls can wait.
    static var hasWait: Bool { fields.contains { $0.info.name == waitMember } }

    mutating func take(_ query: inout Query) {}
}

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
