import Resilience

/// A bulkhead that a guard asks.
final class BulkheadPart: GuardPart {
    private let bulkheads: Bulkheads
    private let bulkhead: LiveBulkhead
    private var rules: SpecVersion<BulkheadPolicy>
    private let request: BulkheadRequest
    private let ahead: Int64
    private var answer: BulkheadReply?
    /// What it would answer if nobody waited for the guard.
    private var ownAnswer: BulkheadReply?
    private(set) var isOnlyBehind = false
    private var decision: BulkheadDecision?

    /// A bulkhead to be asked about a call, behind so many that wait for the guard.
    init(
        _ bulkheads: Bulkheads, _ name: String, _ key: ExactString, holder: String?,
        behind ahead: Int
    ) throws {
        self.ahead = Int64(ahead)
        self.bulkheads = bulkheads
        bulkhead = try bulkheads.live.find(name)
        rules = bulkhead.rules.now
        request = BulkheadRequest(key: key, holder: holder ?? "")
    }

    var policy: PolicyIdentity { rules.entry.identity }
    var policyID: Int64 { bulkhead.table.policyID }
    var key: ExactString { request.key }
    var lock: any OrderedLock { bulkhead.table.lock(of: key) }

    var reply: any GuardedReply {
        guard let answer else { preconditionFailure("the part was not asked") }
        return answer
    }

    // A bulkhead stands in a guard once, so that it is enough to look at first.
    func ask(at now: Instant) throws {
        rules = bulkhead.rules.now
        guard rules.entry.mode != .disabled else {
            answer = bulkheads.resting(
                bulkhead, key, bulkhead.table.slotLocked(of: key), at: now)
            return
        }
        let isPlaced: Void? = bulkhead.table.applyLocked(key, at: now) { slot in
            let own = bulkheads.look(rules, slot, behind: slot.queued, at: now)
            let reply = bulkheads.look(rules, slot, behind: slot.queued + ahead, at: now)
            isOnlyBehind = own.wouldAllow && !reply.wouldAllow
            (answer, ownAnswer) = (reply, own)
        }
        if isPlaced == nil { answer = BulkheadReply(withoutRoom: rules.entry, nil) }
    }

    func undo() {
        // What it would say by itself, where it does not stand in the way.
        if isOnlyBehind { answer = ownAnswer }
    }

    func keep(by caller: Caller, at now: Instant) -> [Receipt] {
        guard rules.entry.mode != .disabled else { return [] }
        if let answer, answer.hasNoRoom {
            bulkheads.countWithoutRoom(answer, bulkhead, at: now)
            return []
        }
        let receipts = bulkhead.table.changeLocked(key) { slot in
            let decision = bulkheads.ask(
                rules, request, &slot.state, behind: slot.queued + ahead, at: now)
            self.decision = decision
            answer = BulkheadReply(decision, queued: slot.queued, nil, rules.entry)
            return bulkheads.takeDown(
                decision, bulkhead, rules, key, &slot, by: caller, at: now)
        }
        bulkhead.table.markDirtyLocked(key)
        return receipts ?? []
    }

    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)? {
        if answer?.hasNoRoom == true {
            var part = PermitPart(policyID: policyID, key: key)
            part.hasNoState = true
            return (part, nil)
        }
        guard isCharged, let decision, let slot = decision.slot else { return nil }
        return (bulkheads.part(decision, bulkhead, key), slot.expiresAt)
    }
}
