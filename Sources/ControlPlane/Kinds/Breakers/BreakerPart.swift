import Resilience

/// A breaker that a guard asks.
final class BreakerPart: GuardPart {
    private let breakers: Breakers
    private let breaker: LiveBreaker
    private var rules: SpecVersion<BreakerPolicy>
    let key: ExactString
    private let reporter: String?
    private var asked: Asked?
    private var resting: BreakerReply?
    /// What it says where the key has no state and can have none.
    private var withoutRoom: BreakerReply?

    /// What the breaker said.
    private struct Asked {
        /// What it is put back to.
        let before: BreakerState
        /// The generation in which it was asked.
        let generation: Int64
        let decision: BreakerDecision
        let turn: LiveBreaker.Turn
    }

    init(_ breakers: Breakers, _ name: String, _ key: ExactString, reporter: String?) throws {
        self.breakers = breakers
        breaker = try breakers.live.find(name)
        rules = breaker.rules.now
        self.key = key
        self.reporter = reporter
    }

    var policy: PolicyIdentity { rules.entry.identity }
    var policyID: Int64 { breaker.table.policyID }
    var lock: any OrderedLock { breaker.table.lock(of: key) }

    var reply: any GuardedReply {
        if let resting = resting ?? withoutRoom { return resting }
        guard let decision = asked?.decision else {
            preconditionFailure("the part was not asked")
        }
        return BreakerReply(
            decision: decision, position: decision.position, generation: decision.generation,
            permit: nil, policy: rules.entry)
    }

    func ask(at now: Instant) throws {
        let id = UInt64.random(in: .min ... .max)
        rules = breaker.rules.now
        guard rules.entry.mode != .disabled else {
            let state = breaker.table.slotLocked(of: key)?.state
            let view = breaker.state(of: key, state, rules.spec, at: now).view(rules.spec, at: now)
            resting = BreakerReply(
                decision: nil, position: view.position, generation: view.generation,
                permit: nil, policy: rules.entry)
            return
        }
        let isPlaced: Void? = breaker.table.applyLocked(key, at: now) { slot in
            let before = slot.state
            let isAnew = breaker.beginAnew(key, &slot.state, rules.spec, at: now)
            let generation = slot.state.generation
            let decision = slot.state.acquire(rules.spec, reporter: reporter, probe: id, at: now)
            asked = Asked(
                before: before, generation: generation, decision: decision,
                turn: LiveBreaker.Turn(rules: rules, isAnew: isAnew, now: now))
        }
        if isPlaced == nil { withoutRoom = .withoutRoom(rules.entry, permit: nil) }
    }

    func undo() {
        guard let before = asked?.before else { return }
        breaker.table.changeLocked(key) { $0.state = before }
    }

    func keep(by caller: Caller, at now: Instant) -> [Receipt] {
        if let withoutRoom { breakers.countWithoutRoom(withoutRoom, breaker, at: now) }
        guard let asked else { return [] }
        let receipt = breaker.table.changeLocked(key) { slot in
            breakers.takeDown(asked.decision, breaker, asked.turn, key, slot.state, by: caller)
        }.flatMap(\.self)
        breaker.table.markDirtyLocked(key)
        return receipt.map { [$0] } ?? []
    }

    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)? {
        guard let permit = asked?.decision.permit else {
            var part = PermitPart(
                policyID: policyID, key: key, generation: resting?.generation ?? 0)
            part.hasNoState = withoutRoom != nil
            return (part, nil)
        }
        guard isCharged else {
            // It was put back: the call is told to the breaker as it was, without a probe.
            let generation = asked?.generation ?? permit.generation
            return (PermitPart(policyID: policyID, key: key, generation: generation), nil)
        }
        var part = breakers.part(permit, breaker, key)
        guard part.lease != nil else { return (part, nil) }
        part.leaseEnd = permit.expiresAt
        return (part, permit.expiresAt)
    }
}
