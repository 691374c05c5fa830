public import Resilience

/// A call that asks a bulkhead.
public struct BulkheadRequest: Sendable {
    /// Whose slots it is about.
    public var key: ExactString
    /// How long it would wait for a slot; nil for as long as the policy lets it.
    public var wait: Timespan?
    /// How long its slot is to be held at most; nil for as long as the policy has it.
    public var lease: Timespan?
    /// Who asks; empty when nobody said.
    public var holder: String
    /// What its slot is known by: a number that no other has.
    let id = UInt64.random(in: .min ... .max)

    /// A call about that key.
    public init(
        key: ExactString = "", wait: Timespan? = nil, lease: Timespan? = nil, holder: String = ""
    ) {
        self.key = key
        self.wait = wait
        self.lease = lease
        self.holder = holder
    }
}

/// A bulkhead's answer to a call that asks, with what a client is told besides.
public struct BulkheadReply: Sendable {
    /// The no; nil when there was a slot, and where the bulkhead is disabled.
    public let denial: BulkheadDenial?
    /// The slot that the call holds.
    public let slot: SlotLease?
    /// How many slots are held then.
    public let inUse: Int64
    /// How many may be.
    public let limit: Int64
    /// How many calls wait for one.
    public let queued: Int64
    /// What the end of the call is told with; nil for a denied one.
    public internal(set) var permit: String?
    /// What the permit stands for.
    let grant: PermitGrant?
    /// The policy that decided.
    public let policy: PolicyEntry
    /// Whether nothing could be decided, since the key has no state and there are too many keys:
    /// then `when_unreachable` is the answer, and there are no figures.
    public private(set) var hasNoRoom = false

    init(
        _ decision: BulkheadDecision, queued: Int64, _ grant: PermitGrant?, _ policy: PolicyEntry
    ) {
        (denial, slot) = (decision.denial, decision.slot)
        (inUse, limit, self.queued) = (decision.inUse, decision.limit, queued)
        (self.grant, self.policy) = (grant, policy)
    }

    /// The answer of a disabled bulkhead.
    init(disabled status: BulkheadStatus, _ grant: PermitGrant) {
        (denial, slot) = (nil, nil)
        (inUse, limit, queued) = (status.view.inUse, status.view.limit, status.queued)
        (self.grant, policy) = (grant, status.policy)
    }

    /// The answer to a call that only looks, and gets no slot.
    init(
        looking denial: BulkheadDenial?, _ figures: BulkheadFigures, queued: Int64,
        _ policy: PolicyEntry
    ) {
        (self.denial, slot, grant) = (denial, nil, nil)
        (inUse, limit, self.queued) = (figures.inUse, figures.limit, queued)
        self.policy = policy
    }

    /// The answer about a key that has no state and can have none.
    init(withoutRoom policy: PolicyEntry, _ grant: PermitGrant?) {
        (denial, slot) = (nil, nil)
        (inUse, limit, queued) = (0, 0, 0)
        (self.grant, self.policy) = (grant, policy)
        hasNoRoom = true
    }

    /// Whether the call may go on.
    public var isAllowed: Bool { wouldAllow || policy.mode != .enforce }

    /// Whether the call might go on if the policy were enforced.
    public var wouldAllow: Bool {
        hasNoRoom ? policy.document.whenUnreachable == .allow : denial == nil
    }

    /// Why there is no slot, or nothing could be decided; nil where there is one.
    public var reason: String? {
        hasNoRoom ? PlaneLimits.noRoom : denial?.reason.rawValue
    }

    /// How many slots are free then.
    public var free: Int64 { max(0, limit - inUse) }
}

extension BulkheadReply: GuardedReply {
    var refusal: GuardRefusal? {
        // A slot may be given back long before its time is over.
        denial.map { GuardRefusal($0.reason.rawValue, $0.retryAfter, changesBefore: true) }
            ?? .withoutRoom(hasNoRoom && !wouldAllow)
    }
}

/// All that is told of a key's bulkhead.
public struct BulkheadStatus: Sendable {
    /// Whose slots it is about.
    public let key: ExactString
    /// Who is in, and how many may be.
    public let view: BulkheadView
    /// How many calls wait for a slot.
    public let queued: Int64
    /// The policy.
    public let policy: PolicyEntry
}

/// What is counted of a bulkhead.
enum BulkheadCount: Int, CountedFigure {
    case allowed, denied, waited, released, expired
}
