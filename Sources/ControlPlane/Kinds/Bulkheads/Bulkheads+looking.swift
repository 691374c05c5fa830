public import Resilience

/// What is told of bulkheads.
extension Bulkheads {
    /// All that is told of a key's bulkhead.
    public func status(_ name: String, _ key: ExactString) throws -> BulkheadStatus {
        let bulkhead = try live.find(name)
        let slot = bulkhead.table.slot(of: key)
        return Self.status(slot, turn(bulkhead, key, at: context.clock.now()))
    }

    private static func status(_ slot: Slot?, _ turn: Turn<Bulkheads>) -> BulkheadStatus {
        let state = slot?.state ?? BulkheadState(at: turn.now)
        return BulkheadStatus(
            key: turn.key, view: state.view(turn.version.spec, at: turn.now),
            queued: slot?.queued ?? 0, policy: turn.policy)
    }

    /// The keys after `cursor` that have a state, in the order of their bytes, at most `limit`.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    /// The answer of a bulkhead that records nothing.
    static func disabled(
        _ slot: Slot?, _ turn: Turn<Bulkheads>, _ policyID: Int64
    ) -> BulkheadReply {
        let status = status(slot, turn)
        let part = PermitPart(
            policyID: policyID, key: turn.key, generation: status.view.generation)
        return BulkheadReply(
            disabled: status,
            PermitGrant(part: part, expiresAt: turn.now + Bounds.permitLifetime))
    }
}
