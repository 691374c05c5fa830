/// All that is told of a bulkhead.
public struct BulkheadView: Equatable, Sendable {
    /// The slots that are held, the oldest first.
    public let slots: [SlotLease]
    /// How many may be held at present.
    public let limit: Int64
    /// The generation.
    public let generation: Int64
    /// What moves the limit; nil when nothing does.
    public let algorithm: ConcurrencyAlgorithm?
    /// How long a call takes when it does not wait for others, as the limit has learned it; nil
    /// when it has not.
    public let baseline: Timespan?

    /// How many slots are held.
    public var inUse: Int64 { Int64(slots.count) }
    /// How many are free; none while more are held than may be.
    public var free: Int64 { max(0, limit - inUse) }
}

/// How many slots of a bulkhead are held, and how many may be.
public struct BulkheadFigures: Equatable, Sendable {
    /// How many slots are held.
    public let inUse: Int64
    /// How many may be held at present.
    public let limit: Int64
}

extension BulkheadState {
    /// How many slots are held at `now`, and how many may be; nothing is changed by looking. O(1),
    /// unless the time of a slot is over that was not freed yet.
    public func figures(_ policy: BulkheadPolicy, at now: Instant) -> BulkheadFigures {
        var state = self
        _ = state.advance(policy, to: now)
        return BulkheadFigures(inUse: Int64(state.slots.count), limit: state.limit(policy))
    }

    /// All that is told of the bulkhead at `now`; nothing is changed by looking.
    public func view(_ policy: BulkheadPolicy, at now: Instant) -> BulkheadView {
        var state = self
        _ = state.advance(policy, to: now)
        return BulkheadView(
            slots: state.slots.enumerated()
                .sorted { ($0.element.grantedAt, $0.offset) < ($1.element.grantedAt, $1.offset) }
                .map(\.element),
            limit: state.limit(policy), generation: generation,
            algorithm: policy.adaptive?.algorithm, baseline: state.adaptive?.baseline)
    }

    /// The no that a call gets behind so many others; nil when it would be let in.
    public func denial(
        _ policy: BulkheadPolicy, behind queued: Int64, at now: Instant
    ) -> BulkheadDenial? {
        var state = self
        _ = state.advance(policy, to: now)
        return state.denial(policy, behind: queued, .full, at: now)
    }

    /// Whether forgetting the state changes no answer and loses no event.
    ///
    /// After a reset that is so once the permits from before it are too late anyhow: nobody can
    /// tell then that generations begin again.
    public func isFresh(_ policy: BulkheadPolicy, at now: Instant) -> Bool {
        slots.isEmpty && episode == nil
            && (adaptive == nil || policy.adaptive?.algorithm != adaptive?.algorithm
                || hasForgotten(at: now))
            && (generation == 1
                || now - updatedAt >= max(policy.lease, Bounds.permitLifetime))
    }
}
