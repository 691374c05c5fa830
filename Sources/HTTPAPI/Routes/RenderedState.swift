import HTTPTypes
import Resilience

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
