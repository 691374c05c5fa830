import ControlPlane
import HTTPTypes
import Resilience

/// Bulkheads over HTTP.
struct BulkheadAPI: StatefulKind, DecidingKind {
    let kind = BulkheadPolicy.kind

    func policies(in plane: Plane) -> Bulkheads { plane.bulkheads }

    // MARK: DecidingKind

    // Without a wait of its own a call waits as long as its policy lets it, which is mostly not
    // at all.
    func mayWait(_ plane: Plane, _ name: String, _ body: BulkheadAcquireBody) -> Bool {
        plane.bulkheads.mayWait(name, body.request)
    }

    func acquire(
        _ call: Call, _ name: String, _ body: BulkheadAcquireBody
    ) async throws -> AcquireAnswer {
        try await call.plane.bulkheads.acquire(name, body.request, by: call.caller).acquireAnswer
    }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {
        guard let reply = step.reply as? BulkheadReply else { return }
        writer.member("key", step.key.text)
        reply.acquireAnswer.write(&writer)
    }

    // MARK: StatefulKind

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let status = try plane.bulkheads.status(name, key)
        let fields = RateLimitFields.slots(
            of: name, limit: status.view.limit, free: status.view.free)
        return RenderedState(headers: fields) { status.write(to: &$0) }
    }
}

extension Bulkheads: StatefulPolicies {}

/// A call to a bulkhead.
struct BulkheadAcquireBody: AcquireBody {
    var key: ExactString = ""
    var wait: Timespan?
    var lease: Timespan?
    var holder = ""

    static let fields: [Field<BulkheadAcquireBody>] = [
        Field("key", \.key, .key, "Whose slots the call is about."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait for a slot; at most, and by default, as the policy says."),
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long it would hold it; at most, and by default, as the policy says."),
        Field("holder", \.holder, .label, "Who asks, for those who look at the slots."),
    ]

    /// The request that it is.
    var request: BulkheadRequest {
        BulkheadRequest(key: key, wait: wait, lease: lease, holder: holder)
    }
}

extension BulkheadReply {
    /// The answer to a call that asked, with its header fields.
    var acquireAnswer: AcquireAnswer {
        AcquireAnswer(
            isAllowed: isAllowed, retryAfter: denial?.retryAfter,
            headers: hasNoRoom
                ? [:] : RateLimitFields.slots(of: policy.name, limit: limit, free: free)
        ) { writer in
            writer.member("allowed", isAllowed)
            writer.member("permit", permit)
            writer.member("in_use", hasNoRoom ? nil : inUse)
            writer.member("limit", hasNoRoom ? nil : limit)
            writer.member("queued", hasNoRoom ? nil : queued)
            writer.member("expires_at", slot?.expiresAt.timestamp)
            writer.member("reason", reason)
            writer.member("retry_after_ms", denial?.retryAfter?.millisecondsRoundedUp)
            writer.members(of: policy, wouldAllow: wouldAllow)
        }
    }
}

extension BulkheadStatus {
    /// Writes the members of a key's state into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("name", policy.name)
        writer.member("key", key.text)
        writer.member("in_use", view.inUse)
        writer.member("limit", view.limit)
        writer.member("queued", queued)
        writer.name("holders")
        writer.array { writer in
            for slot in view.slots {
                writer.object { writer in
                    writer.member("holder", slot.holder)
                    writer.member("granted_at", slot.grantedAt.timestamp)
                    writer.member("expires_at", slot.expiresAt.timestamp)
                }
            }
        }
        writer.member("adaptive", adaptive.map { .object($0) } ?? .null)
    }

    private var adaptive: JSONObject? {
        view.algorithm.map { algorithm in
            [
                "algorithm": .string(algorithm.rawValue),
                "baseline_ms": view.baseline.map { .number($0.fractionalMilliseconds) } ?? .null,
            ]
        }
    }
}

extension Timespan {
    /// Milliseconds with their fraction, to the microsecond.
    fileprivate var fractionalMilliseconds: Double { Double(nanoseconds / 1000) / 1000 }
}

extension RateLimitFields {
    /// Both fields for a bulkhead, whose one item is called by its policy.
    static func slots(of policy: String, limit: Int64, free: Int64) -> HTTPFields {
        fields([
            Item(policy, quota: limit, "qu=\"concurrent-requests\"", remaining: free)
        ])
    }
}
