import Resilience

/// A kind whose permits stand for one state each: what is the same for all of them.
///
/// A permit of its own is settled once by being marked in the same step as the state; a permit of
/// several parts is marked by whoever gave it, and its parts are told without.
protocol PermitKind: PolicyKind, PartIssuer {
    /// When the lease of a part ends; nil where it has none, or that is over.
    static func leaseEnd(of part: PermitPart, _ state: State) -> Instant?

    /// Tells a state the outcome of a call. Where the permit was settled before, or cannot be
    /// marked, the turn says so; where it is to be marked, the effects do.
    static func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, _ state: inout State,
        _ turn: Turn<Self>, by caller: Caller
    ) throws -> (SettlementReply, Effects<Self>)

    /// The answer to an outcome that is not to be told to the key's state: nil where it is. A key
    /// that has no state gets none by it.
    func refusal(
        of part: PermitPart, _ permit: Permit, _ report: OutcomeReport, _ live: Live,
        by caller: Caller, marks: Bool
    ) throws -> SettlementReply?

    /// Settles a permit whose key has been forgotten and can have no state.
    static func settleWithoutRoom(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, _ turn: Turn<Self>
    ) throws -> (SettlementReply, Effects<Self>)

    /// Makes a lease that is held last until `span` from now.
    ///
    /// - Returns: When it ends then; nil where it is over.
    static func renew(
        _ part: PermitPart, of permit: Permit, for span: Timespan?, _ state: inout State,
        _ turn: Turn<Self>, by caller: Caller
    ) -> (end: Instant?, effects: Effects<Self>)

    /// Releases the place of a part.
    static func release(
        _ part: PermitPart, of permit: Permit, _ state: inout State, _ turn: Turn<Self>,
        by caller: Caller
    ) -> Effects<Self>
}

extension PermitKind {
    func refusal(
        of part: PermitPart, _ permit: Permit, _ report: OutcomeReport, _ live: Live,
        by caller: Caller, marks: Bool
    ) throws -> SettlementReply? { nil }

    static func settleWithoutRoom(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, _ turn: Turn<Self>
    ) throws -> (SettlementReply, Effects<Self>) {
        var effects = Effects<Self>.none
        switch turn.standing {
        case .settled: return (.duplicate, effects)
        case .full: throw PlaneError.tooManyPermits
        case .open:
            effects.settledUntil = permit.expiresAt
            return (SettlementReply(reason: .noRoom), effects)
        }
    }

    // MARK: Of one part

    func end(of part: PermitPart) -> Instant? {
        live.find(id: part.policyID)?.table.state(of: part.key).flatMap {
            Self.leaseEnd(of: part, $0)
        }
    }

    func settle(
        _ part: PermitPart, of permit: Permit, _ report: OutcomeReport, by caller: Caller,
        marks: Bool
    ) async throws -> SettlementReply {
        guard let live = live.find(id: part.policyID) else { return .gone }
        if let refusal = try refusal(of: part, permit, report, live, by: caller, marks: marks) {
            return refusal
        }
        let settled = try await reach(live, part.key, settling: marks ? permit : nil) {
            slot, turn in
            try Self.settle(part, of: permit, report, &slot.state, turn, by: caller)
        }
        guard let (reply, commit) = settled else {
            let reply = try withoutState(live, part.key, settling: marks ? permit : nil) { turn in
                try Self.settleWithoutRoom(part, of: permit, report, turn)
            }
            if reply.reason == .noRoom { context.tellNoRoom(at: context.clock.now()) }
            return reply
        }
        try await commit?.wait()
        return reply
    }

    func renewal(
        of part: PermitPart, of permit: Permit, for span: Timespan?, by caller: Caller
    ) -> LeaseRenewal? {
        guard let live = live.find(id: part.policyID) else { return nil }
        return LeaseRenewal(
            lock: live.table.lock(of: part.key),
            isHeld: { now in
                live.table.changeLocked(part.key) { slot in
                    var state = slot.state
                    let turn = self.turn(live, part.key, at: now)
                    return Self.renew(part, of: permit, for: span, &state, turn, by: caller)
                        .end != nil
                } ?? false
            },
            renew: { now in
                let renewed = live.table.changeLocked(part.key) { slot in
                    let turn = self.turn(live, part.key, at: now)
                    let (end, effects) = Self.renew(
                        part, of: permit, for: span, &slot.state, turn, by: caller)
                    return (end ?? now, self.handOver(effects, live, &slot, turn))
                }
                live.table.markDirtyLocked(part.key)
                return renewed ?? (now, nil)
            },
            finish: { self.changed(live, part.key) })
    }

    func release(
        _ part: PermitPart, of permit: Permit, by caller: Caller, marks: Bool
    ) async throws {
        guard let live = live.find(id: part.policyID) else { return }
        let released = try applyIfPresent(live, part.key, settling: marks ? permit : nil) {
            slot, turn -> (Void, Effects<Self>) in
            let isOpen = try turn.isOpen
            guard isOpen, permit.expiresAt > turn.now || part.lease != nil else {
                return ((), .none)
            }
            let end = Self.leaseEnd(of: part, slot.state)
            var effects = Self.release(part, of: permit, &slot.state, turn, by: caller)
            effects.settledUntil = end ?? permit.expiresAt
            effects.concernsWaiting = true
            return ((), effects)
        }
        // Of a key that was forgotten it is settled all the same.
        if released == nil {
            _ = try withoutState(live, part.key, settling: marks ? permit : nil) { turn in
                var effects = Effects<Self>.none
                if permit.expiresAt > turn.now, try turn.isOpen {
                    effects.settledUntil = permit.expiresAt
                }
                return ((), effects)
            }
        }
        try await released?.commit?.wait()
    }

    /// Settles a permit of a key that has no state, with the lock that its state would have, so
    /// that it is settled once.
    func withoutState<Answer>(
        _ live: Live, _ key: ExactString, settling permit: Permit?,
        _ body: (Turn<Self>) throws -> (Answer, Effects<Self>)
    ) throws -> Answer {
        try live.table.lock(of: key).locked {
            let turn = turn(live, key, at: context.clock.now(), permit)
            let (answer, effects) = try body(turn)
            if let permit, let end = effects.settledUntil {
                context.permits.mark(permit, until: end)
            }
            return answer
        }
    }

    // MARK: Of a permit

    func settle(
        _ permit: Permit, _ report: OutcomeReport, by caller: Caller
    ) async throws -> SettlementReply {
        let part = permit.parts[0]
        guard part.hasNoState else {
            return try await settle(part, of: permit, report, by: caller, marks: true)
        }
        let permits = context.permits
        guard !permits.isSettled(permit) else { return .duplicate }
        guard context.clock.now() < permit.expiresAt else {
            return SettlementReply(reason: .expired)
        }
        let isFirst = try permits.settle(permit)
        return isFirst ? SettlementReply(reason: .noRoom) : .duplicate
    }

    func release(_ permit: Permit, by caller: Caller) async throws {
        let part = permit.parts[0]
        guard part.hasNoState else {
            return try await release(part, of: permit, by: caller, marks: true)
        }
        if context.clock.now() < permit.expiresAt { _ = try context.permits.settle(permit) }
    }

    /// A permit that stands for one state.
    func permit(_ grant: PermitGrant, reporter: String? = nil) -> Permit {
        let now = context.clock.now()
        let end = grant.expiresAt ?? now + Bounds.permitLifetime
        return Permit(
            number: context.permits.nextNumber(lasting: end - now),
            policyID: grant.part.policyID, parts: [grant.part], expiresAt: end,
            reporter: reporter)
    }
}

extension Turn {
    /// Whether the permit that is being settled was not before.
    ///
    /// - Throws: `overloaded` where it cannot be marked.
    var isOpen: Bool {
        get throws(PlaneError) {
            if standing == .full { throw .tooManyPermits }
            return standing == .open
        }
    }
}

extension SettlementReply {
    /// That the permit was settled before.
    static var duplicate: SettlementReply {
        SettlementReply(reason: .duplicate)
    }

    /// That its policy was deleted.
    static var gone: SettlementReply { SettlementReply(reason: .gone) }
}

extension PlaneError {
    /// That no more permits can be marked as settled.
    static var tooManyPermits: PlaneError {
        PlaneError(.overloaded, "too many permits have been settled lately")
    }
}
