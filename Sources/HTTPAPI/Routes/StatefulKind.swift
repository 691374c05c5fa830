import ControlPlane
import HTTPTypes
import Resilience

/// Which keys the states of a kind have.
enum StateKeys {
    /// Any; a request names one.
    case required
    /// Any; the empty one where a request names none.
    case optional
    /// Only the empty one: there is one state for all callers.
    case shared
}

/// A kind whose policies keep states.
///
/// The endpoints are the same for all such kinds and written once, in ``StateRoutes``.
protocol StatefulKind: KindAPI where Policies: StatefulPolicies {
    /// Which keys its states have.
    var stateKeys: StateKeys { get }

    /// The state of a key.
    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState

    /// The state of a key that a request asks for whose `query` may say more than the key.
    ///
    /// It takes what it knows and finishes the query before it looks for the policy.
    func state(
        _ plane: Plane, _ name: String, _ key: ExactString, _ query: inout Query
    ) throws -> RenderedState
}

extension StatefulKind {
    var stateKeys: StateKeys { .optional }

    func state(
        _ plane: Plane, _ name: String, _ key: ExactString, _ query: inout Query
    ) throws -> RenderedState {
        try query.finish()
        return try state(plane, name, key)
    }
}

/// A key's state, ready to be written.
struct RenderedState {
    /// The header fields that go with it, where it is an answer by itself.
    var headers: HTTPFields = [:]
    /// Writes its members into the object that is open.
    let write: (inout JSONWriter) -> Void

    /// It as an answer.
    var reply: Reply {
        var reply = Reply.object(write)
        reply.headers = headers
        return reply
    }
}
