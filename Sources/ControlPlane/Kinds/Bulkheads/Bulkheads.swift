public import Resilience
import Store

/// The bulkheads at work.
///
/// A slot of a strict bulkhead is on disk before it is granted, and off the disk before its end is
/// answered; those of a relaxed one are levels. A slot that ended by itself is told by an event,
/// which is written with the state.
public final class Bulkheads: WaitingKind, EpisodicKind {
    static let episodeBegan = BulkheadEvent.saturated.type
    static let episodeEnded = BulkheadEvent.recovered.type
    static let episodeBeganAt = "saturated_at"
    // Whoever is next is known without reckoning: only all lines together are bounded.
    static let longestLine = PlaneLimits.waiters

    let context: PlaneContext
    let live = LiveTable<LiveBulkhead>()

    init(_ context: PlaneContext) { self.context = context }

    // MARK: Deciding

    /// Decides on a call, and gives it a slot when there is one.
    ///
    /// A call that finds none may wait, in policy time: calls are served in the order they came.
    public func acquire(
        _ name: String, _ request: BulkheadRequest, by caller: Caller
    ) async throws -> BulkheadReply {
        let bulkhead = try live.find(name)
        let rules = bulkhead.rules.now
        var reply: BulkheadReply
        let span = rules.spec.wait(asked: request.wait)
        if rules.entry.mode == .disabled {
            let slot = bulkhead.table.slot(of: request.key)
            reply = resting(bulkhead, request.key, slot, at: context.clock.now())
        } else if rules.entry.mode == .enforce, span > .zero {
            reply = try await wait(bulkhead, request.key, request, for: span, by: caller)
        } else {
            reply = try await decideAtOnce(bulkhead, request, by: caller)
        }
        if Task.isCancelled {
            // Nobody is there to take it any more.
            if let granted = reply.granted { try await giveBack(granted, by: caller) }
            throw CancellationError()
        }
        reply.permit = reply.granted.map { context.permits.text(of: $0) }
        return reply
    }

    /// Decides on a call that does not wait, by the version that is in force when its turn comes.
    func decideAtOnce(
        _ bulkhead: LiveBulkhead, _ request: BulkheadRequest, by caller: Caller
    ) async throws -> BulkheadReply {
        let decided = bulkhead.table.applyIfRoom(request.key, by: context.clock) { slot, now in
            decide(bulkhead, bulkhead.rules.now, request, &slot, by: caller, at: now)
        }
        guard let (reply, receipts) = decided else {
            return withoutRoom(bulkhead, request.key, request, by: caller).answer
        }
        if !receipts.isEmpty { try await Receipt.wait(receipts) }
        return reply
    }

    /// Whether the answer to a call may be held until there is a slot.
    public func mayWait(_ name: String, _ request: BulkheadRequest) -> Bool {
        guard let rules = try? live.find(name).rules.now else { return false }
        return rules.entry.mode == .enforce && rules.spec.wait(asked: request.wait) > .zero
    }

    /// Decides with the state at hand, behind those who wait, and takes down what came of it.
    ///
    /// - Parameter rules: the version in force, read with the lock of the state held: an older one
    ///   would undo what the newer one has done to the state.
    /// - Returns: The answer, and what must be on disk before it is given.
    func decide(
        _ bulkhead: LiveBulkhead, _ rules: SpecVersion<BulkheadPolicy>,
        _ request: BulkheadRequest, _ slot: inout StateTable<BulkheadState>.Slot,
        behind queued: Int64? = nil, orDeny reason: BulkheadDenialReason = .full,
        by caller: Caller, at now: Instant
    ) -> (reply: BulkheadReply, receipts: [Receipt]) {
        guard rules.entry.mode != .disabled else {
            return (resting(bulkhead, request.key, slot, at: now), [])
        }
        let decision = ask(
            rules, request, &slot.state, behind: queued ?? slot.queued, orDeny: reason, at: now)
        let receipts = takeDown(
            decision, bulkhead, rules, request.key, &slot, by: caller, at: now)
        let isAllowed = decision.isAllowed || rules.entry.mode != .enforce
        let granted = isAllowed ? permit(decision, bulkhead, request.key, at: now) : nil
        return (BulkheadReply(decision, queued: slot.queued, granted, rules.entry), receipts)
    }

    /// Decides with the state at hand, and takes a slot when there is one. Nothing else changes,
    /// so that whoever puts the state back has asked for nothing.
    func ask(
        _ rules: SpecVersion<BulkheadPolicy>, _ request: BulkheadRequest,
        _ state: inout BulkheadState, behind queued: Int64,
        orDeny reason: BulkheadDenialReason = .full, at now: Instant
    ) -> BulkheadDecision {
        let asked = SlotRequest(
            id: .random(in: .min ... .max), holder: request.holder, lease: request.lease)
        return state.acquire(rules.spec, asked, behind: queued, orDeny: reason, at: now)
    }

    /// Decides with the state at hand, and changes nothing.
    func look(
        _ rules: SpecVersion<BulkheadPolicy>, _ slot: StateTable<BulkheadState>.Slot,
        behind queued: Int64, at now: Instant
    ) -> BulkheadReply {
        BulkheadReply(
            looking: slot.state.denial(rules.spec, behind: queued, at: now),
            slot.state.figures(rules.spec, at: now), queued: slot.queued, rules.entry)
    }

    /// Takes down what came of a call, with the lock of the state held.
    ///
    /// - Returns: What must be on disk before the answer is given.
    func takeDown(
        _ decision: BulkheadDecision, _ bulkhead: LiveBulkhead,
        _ rules: SpecVersion<BulkheadPolicy>, _ key: ExactString,
        _ slot: inout StateTable<BulkheadState>.Slot, by caller: Caller, at now: Instant
    ) -> [Receipt] {
        bulkhead.tally.add((decision.isAllowed ? .allowed : .denied, 1), at: now)
        if let denial = decision.denial {
            noteDenial(
                bulkhead, rules.entry, key, &slot, reason: denial.reason.rawValue,
                [
                    "in_use": .integer(decision.inUse), "limit": .integer(decision.limit),
                    "queued": .integer(slot.queued),
                ], by: caller, at: now)
        }
        let receipt = journal(
            decision.expired, slot.state, bulkhead, rules, key, granting: decision.slot, at: now)
        return receipt.map { [$0] } ?? []
    }

    /// The answer, which is counted, about a key that has no state and can have none.
    func withoutRoom(
        _ bulkhead: LiveBulkhead, _ key: ExactString, _ request: BulkheadRequest, by caller: Caller
    ) -> (answer: BulkheadReply, receipts: [Receipt]) {
        let (now, policy) = (context.clock.now(), bulkhead.rules.now.entry)
        var part = PermitPart(policyID: bulkhead.table.policyID, key: key)
        part.hasNoState = true
        let permit = permit(part, expiresAt: now + Bounds.permitLifetime)
        let reply = BulkheadReply(withoutRoom: policy, permit)
        countWithoutRoom(reply, bulkhead, at: now)
        return (reply.isAllowed ? reply : BulkheadReply(withoutRoom: policy, nil), [])
    }

    /// Counts an answer about a key that has no state and can have none.
    func countWithoutRoom(_ reply: BulkheadReply, _ bulkhead: LiveBulkhead, at now: Instant) {
        context.tellNoRoom(at: now)
        bulkhead.tally.add((reply.wouldAllow ? .allowed : .denied, 1), at: now)
    }

    // MARK: Looking

    /// All that is told of a key's bulkhead.
    public func status(_ name: String, _ key: ExactString) throws -> BulkheadStatus {
        let bulkhead = try live.find(name)
        return status(bulkhead, key, bulkhead.table.slot(of: key), at: context.clock.now())
    }

    private func status(
        _ bulkhead: LiveBulkhead, _ key: ExactString, _ slot: StateTable<BulkheadState>.Slot?,
        at now: Instant
    ) -> BulkheadStatus {
        let rules = bulkhead.rules.now
        let state = slot?.state ?? BulkheadState(at: now)
        return BulkheadStatus(
            key: key, view: state.view(rules.spec, at: now), queued: slot?.queued ?? 0,
            policy: rules.entry)
    }

    /// The keys after `cursor` that have a state, in the order of their bytes, at most `limit`.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    /// The answer of a bulkhead that takes nothing down.
    func resting(
        _ bulkhead: LiveBulkhead, _ key: ExactString, _ slot: StateTable<BulkheadState>.Slot?,
        at now: Instant
    ) -> BulkheadReply {
        let status = status(bulkhead, key, slot, at: now)
        let part = PermitPart(
            policyID: bulkhead.table.policyID, key: key, generation: status.view.generation)
        return BulkheadReply(
            resting: status, permit(part, expiresAt: now + Bounds.permitLifetime))
    }

    // MARK: KindRuntime

    func adopted(_ bulkhead: LiveBulkhead) { lookAfterAll(bulkhead) }

    func resume(_ bulkhead: LiveBulkhead) {
        resumeEpisodes(bulkhead)
        lookAfterAll(bulkhead)
    }

    private func lookAfterAll(_ bulkhead: LiveBulkhead) {
        for key in bulkhead.table.allKeys { fallDue(bulkhead, key) }
    }
}

extension BulkheadState: KeyState, EpisodicState {
    typealias Waiter = ControlPlane.Waiter<BulkheadRequest, BulkheadReply>
}

extension StateTable<BulkheadState>.Slot {
    /// How many calls wait.
    var queued: Int64 { Int64(waiters.count) }
}

extension Plane {
    /// The bulkheads.
    public var bulkheads: Bulkheads { self[Bulkheads.self] }
}
