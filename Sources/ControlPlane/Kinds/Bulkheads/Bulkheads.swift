public import Resilience
import Store

/// The bulkheads at work.
///
/// A slot of a strict bulkhead is on disk before it is granted, and off the disk before its end is
/// answered; those of a relaxed one are levels. A slot that ended by itself is told by an event,
/// which is written with the state.
public final class Bulkheads: WaitingKind, EpisodicKind {
    typealias Version = SpecVersion<BulkheadPolicy>
    typealias State = BulkheadState
    typealias Figure = BulkheadCount
    typealias Reversal = BulkheadPermit
    typealias Request = BulkheadRequest
    typealias Answer = BulkheadReply

    static let episodeBegan = BulkheadEvent.saturated.type
    static let episodeEnded = BulkheadEvent.recovered.type
    static let episodeBeganAt = "saturated_at"
    // Whoever is next is known without reckoning: only all lines together are bounded.
    static let longestLine = PlaneLimits.waiters

    let context: PlaneContext
    let live = LiveTable<Bulkheads>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides on a call, and gives it a slot when there is one.
    ///
    /// A call that finds none may wait, in policy time: calls are served in the order they came.
    public func acquire(
        _ name: String, _ request: BulkheadRequest, by caller: Caller
    ) async throws -> BulkheadReply {
        let bulkhead = try live.find(name)
        let version = bulkhead.version
        var reply: BulkheadReply
        let span = version.spec.wait(asked: request.wait)
        if version.mode == .disabled {
            let slot = bulkhead.table.slot(of: request.key)
            reply = Self.disabled(
                slot, turn(bulkhead, request.key, at: context.clock.now()), bulkhead.id)
        } else if version.mode == .enforce, span > .zero {
            reply = try await wait(bulkhead, request.key, request, for: span, by: caller)
        } else {
            reply = try await decideAtOnce(bulkhead, request, by: caller)
        }
        let permit = reply.grant.map { self.permit($0) }
        if Task.isCancelled {
            // Nobody is there to take it any more.
            if let permit { try await release(permit, by: caller) }
            throw CancellationError()
        }
        reply.permit = permit.map { context.permits.text(of: $0) }
        return reply
    }

    /// Decides on a call that does not wait, by the version that is in force when its turn comes.
    private func decideAtOnce(
        _ bulkhead: Live, _ request: BulkheadRequest, by caller: Caller
    ) async throws -> BulkheadReply {
        let decided = try await reach(bulkhead, request.key) { slot, turn in
            Self.decide(SlotRequest(request), &slot, bulkhead.id, turn, by: caller)
        }
        guard let (reply, commit) = decided else {
            return withoutRoom(bulkhead, request.key, request, by: caller).answer
        }
        try await commit?.wait()
        return reply
    }

    /// Whether the answer to a call may be held until there is a slot.
    public func mayWait(_ name: String, _ request: BulkheadRequest) -> Bool {
        guard let version = try? live.find(name).version else { return false }
        return version.mode == .enforce && version.spec.wait(asked: request.wait) > .zero
    }

    /// Decides with the state at hand, behind those who wait.
    static func decide(
        _ request: SlotRequest, _ slot: inout Slot, _ policyID: Int64, behind queued: Int64? = nil,
        orDeny reason: BulkheadDenialReason = .full, _ turn: Turn<Bulkheads>, by caller: Caller
    ) -> (BulkheadReply, Effects<Bulkheads>) {
        guard turn.version.mode != .disabled else {
            return (disabled(slot, turn, policyID), .none)
        }
        let decision = slot.state.acquire(
            turn.version.spec, request, behind: queued ?? slot.queued, orDeny: reason,
            at: turn.now)
        let isAllowed = decision.isAllowed || turn.version.mode != .enforce
        let grant =
            isAllowed
            ? PermitGrant(
                part: part(decision, policyID, turn.key),
                expiresAt: decision.slot?.expiresAt ?? turn.now + Bounds.permitLifetime)
            : nil
        let reply = BulkheadReply(decision, queued: slot.queued, grant, turn.policy)
        return (reply, record(decision, &slot, turn, by: caller))
    }

    /// Records what came of a call.
    static func record(
        _ decision: BulkheadDecision, _ slot: inout Slot, _ turn: Turn<Bulkheads>,
        by caller: Caller
    ) -> Effects<Bulkheads> {
        var effects = effects(of: decision.expired, turn, isGranted: decision.slot != nil)
        if effects.durability == .awaited, let granted = decision.slot {
            effects.reversal = BulkheadPermit(
                generation: decision.generation, slot: granted.id, expiresAt: granted.expiresAt)
        }
        effects.count(decision.isAllowed ? .allowed : .denied)
        guard let denial = decision.denial else { return effects }
        effects.noteDenial(
            &slot.state, turn, reason: denial.reason.rawValue,
            [
                "in_use": .integer(decision.inUse), "limit": .integer(decision.limit),
                "queued": .integer(slot.queued),
            ], by: caller)
        return effects
    }

    /// What changes who holds the slots: told in events, and written with the state.
    ///
    /// - Parameters:
    ///   - expired: the slots that ended by themselves.
    ///   - isGranted: whether a slot is granted.
    ///   - isFreed: whether slots are freed, or made to last.
    static func effects(
        of expired: [SlotLease], _ turn: Turn<Bulkheads>, isGranted: Bool = false,
        isFreed: Bool = false
    ) -> Effects<Bulkheads> {
        let isStrict = turn.version.spec.durability == .strict
        var effects = Effects<Bulkheads>(
            isStrict && (isGranted || isFreed) ? .awaited : .level)
        effects.tell(
            expired.map { slot in
                let data: JSONObject = [
                    "holder": .string(slot.holder),
                    "granted_at": .string(slot.grantedAt.timestamp),
                    "expires_at": .string(slot.expiresAt.timestamp),
                ]
                return turn.event(
                    BulkheadEvent.leaseExpired.type, by: .system, data.shadowed(turn.policy))
            })
        if !expired.isEmpty {
            effects.count(.expired, Int64(expired.count))
            effects.concernsWaiting = true
        }
        return effects
    }

    /// The answer, which is counted, about a key that has no state and can have none.
    func withoutRoom(
        _ bulkhead: Live, _ key: ExactString, _ request: BulkheadRequest, by caller: Caller
    ) -> (answer: BulkheadReply, commits: [PendingCommit]) {
        let (now, policy) = (context.clock.now(), bulkhead.version.entry)
        var part = PermitPart(policyID: bulkhead.id, key: key)
        part.hasNoState = true
        let grant = PermitGrant(part: part, expiresAt: now + Bounds.permitLifetime)
        let reply = BulkheadReply(withoutRoom: policy, grant)
        context.tellNoRoom(at: now)
        bulkhead.counters.add(reply.wouldAllow ? .allowed : .denied, at: now)
        return (reply.isAllowed ? reply : BulkheadReply(withoutRoom: policy, nil), [])
    }

    // MARK: PolicyKind

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: BulkheadState, at now: Instant
    ) -> Bool { state.isFresh(live.version.spec, at: now) }

    static func due(_ state: BulkheadState, _ version: Version) -> Instant? {
        guard let slot = state.nextDue else { return state.episode?.endsAt }
        return min(slot, state.episode?.endsAt ?? slot)
    }

    static func advance(
        _ state: inout BulkheadState, _ turn: Turn<Bulkheads>
    ) -> Effects<Bulkheads> {
        let expired = state.advance(turn.version.spec, to: turn.now)
        var effects = expired.isEmpty ? .none : effects(of: expired, turn)
        effects.endEpisode(&state, turn)
        return effects
    }

    static func revert(
        _ held: BulkheadPermit, _ state: inout BulkheadState, since beganAt: Instant,
        _ turn: Turn<Bulkheads>
    ) -> Effects<Bulkheads> {
        let expired = state.release(held, turn.version.spec, at: turn.now)
        var effects = effects(of: expired, turn)
        effects.concernsWaiting = true
        return effects
    }

    func adopted(_ bulkhead: Live) {
        doWhatIsDue(bulkhead)
        pumpAll(bulkhead)
    }
}

extension BulkheadState: KeyState, EpisodicState {
    typealias Waiter = WaitingCall<BulkheadRequest, BulkheadReply>
}

extension StateTable<BulkheadState>.Slot {
    /// How many calls wait.
    var queued: Int64 { hasWaiters ? Int64(waiters.count) : 0 }
}

extension SlotRequest {
    /// What a call asks of the state.
    init(_ request: BulkheadRequest) {
        self.init(id: request.id, holder: request.holder, lease: request.lease)
    }
}

extension Plane {
    /// The bulkheads.
    public var bulkheads: Bulkheads { self[Bulkheads.self] }
}
