import ControlPlane
import Resilience

@testable import HTTPAPI

/// Counters over HTTP.
struct CounterAPI: StatefulKind, DecidingKind {
    let kind = CounterPolicy.kind

    var endpoints: [Endpoint] {
        [
            .read("\(path)/free") { call in
                try call.refuseQuery()
                let (places, limit) = try policies(in: call.plane).status(call.name, "")
                return Reply(["free": .integer(limit - Int64(places.count))])
            }
        ]
    }

    func policies(in plane: Plane) -> Counters { plane[Counters.self] }

    func acquire(
        _ call: Call, _ name: String, _ body: CounterAcquireBody
    ) async throws -> AcquireAnswer {
        try await policies(in: call.plane).acquire(name, body.key, by: call.caller).acquireAnswer
    }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {
        guard let reply = step.reply as? CounterReply else { return }
        writer.member("key", step.key.text)
        reply.acquireAnswer.write(&writer)
    }

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let (places, limit) = try policies(in: plane).status(name, key)
        return RenderedState { writer in
            writer.member("name", name)
            writer.member("key", key.text)
            writer.member("held", Int64(places.count))
            writer.member("limit", limit)
        }
    }
}

extension Counters: StatefulPolicies {}

/// A call to a counter.
struct CounterAcquireBody: AcquireBody {
    var key: ExactString = ""
    var wait: Timespan? = .zero

    static let fields: [Field<CounterAcquireBody>] = [
        Field("key", \.key, .key, "Whose places the call is about.")
    ]
}

extension CounterReply {
    /// The answer to a call that asked.
    fileprivate var acquireAnswer: AcquireAnswer {
        AcquireAnswer(isAllowed: isAllowed, retryAfter: retryAfter) { writer in
            writer.member("allowed", isAllowed)
            writer.member("permit", permit)
            writer.member("held", held)
            writer.member("reason", reason)
            writer.member("retry_after_ms", retryAfter?.millisecondsRoundedUp)
            writer.members(of: policy, wouldAllow: wouldAllow)
        }
    }
}
