import ControlPlane
import HTTPTypes
import Resilience

/// Guards over HTTP.
struct GuardAPI: DecidingKind {
    let kind = GuardPolicy.kind

    func policies(in plane: Plane) -> Guards { plane.guards }

    // MARK: DecidingKind

    func acquire(
        _ call: Call, _ name: String, _ body: GuardAcquireBody
    ) async throws -> AcquireAnswer {
        let request = GuardRequest(
            attributes: body.attributes, cost: body.cost, attempt: body.attempt,
            wait: body.wait ?? .zero, reporter: body.reporter)
        let answer = try await call.plane.guards.acquire(name, request, by: call.caller)
        return answer.acquireAnswer(explainedBy: body.explains ? call.kinds : nil)
    }
}

extension Guards: PoliciesAtWork {}

/// What a call to a guard says.
struct GuardAcquireBody: AcquireBody {
    var attributes: [String: String] = [:]
    var cost: Int64 = 1
    var attempt: Int64 = 1
    var wait: Timespan? = .zero
    var reporter: String?
    /// Whether the answer has that of each part.
    var explains = false

    static let fields: [Field<GuardAcquireBody>] = [
        Field(
            "attributes", \.attributes, .attributes,
            "What the keys of the guard's parts are made of, by name."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it costs with each limiter; 0 looks."),
        Field(
            "attempt", \.attempt, .integer(Bounds.attempts),
            "Which attempt it is; the first call is 1."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait to be allowed."),
        Field("reporter", \.reporter, .label, "Who asks."),
    ]

    mutating func take(_ query: inout Query) {
        explains = query.choice("explain", ["true": true, "false": false]) ?? false
    }
}

extension GuardAnswer {
    /// The answer to a call that asked, with those of its parts where there are `kinds` to write
    /// them.
    func acquireAnswer(explainedBy kinds: APIKinds?) -> AcquireAnswer {
        AcquireAnswer(isAllowed: isAllowed, retryAfter: retryAfter) { writer in
            writer.member("allowed", isAllowed)
            writer.member("permit", permit)
            writer.name("denied_by")
            writer.value(deniedBy.map { .object($0.document) } ?? .null)
            writer.member("retry_after_ms", retryAfter?.millisecondsRoundedUp)
            writer.member("waited_ms", waited.millisecondsRoundedUp)
            if isPaced { writer.member("delay_ms", delay?.milliseconds) }
            writer.member("timeout_ms", timeout?.millisecondsRoundedUp)
            writer.name("fallback")
            if let fallback {
                writer.object { fallback.write(to: &$0) }
            } else {
                writer.value(.null)
            }
            writer.name("cached")
            writer.value(.null)
            writer.members(of: policy, wouldAllow: deniedBy == nil)
            guard let kinds else { return }
            writer.name("steps")
            writer.array { writer in
                for step in steps { writer.object { step.write(kinds, to: &$0) } }
            }
        }
    }
}

extension GuardDenial {
    fileprivate var document: JSONObject {
        [
            "kind": .string(policy.kind.singular), "name": .string(policy.name),
            "reason": .string(reason),
        ]
    }
}

extension GuardStep {
    /// Writes whose it is into the object that is open, and what the part's kind says of it.
    fileprivate func write(_ kinds: APIKinds, to writer: inout JSONWriter) {
        writer.member("kind", policy.kind.singular)
        writer.member("name", policy.name)
        kinds[policy.kind]?.write(self, to: &writer)
    }
}
