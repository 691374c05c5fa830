import Resilience

/// A breaker that a guard asks.
final class BreakerPart: GuardPart {
    private let breakers: Breakers
    private let breaker: LiveBreaker
    private let rules: SpecVersion<BreakerPolicy>
    let key: ExactString
    private let reporter: String?
    private var asked: (before: BreakerState, decision: BreakerDecision)?
    private var resting: BreakerReply?

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

    var reply: GuardPartReply {
        if let resting { return .breaker(resting) }
        guard let decision = asked?.decision else {
            preconditionFailure("the part was not asked")
        }
        return .breaker(
            BreakerReply(
                decision: decision, position: decision.position, generation: decision.generation,
                permit: nil, policy: rules.entry))
    }

    func ask(at now: Instant) throws {
        let id = UInt64.random(in: .min ... .max)
        try breaker.table.applyLocked(key, at: now) { slot in
            guard rules.entry.mode != .disabled else {
                let view = slot.state.view(rules.spec, at: now)
                resting = BreakerReply(
                    decision: nil, position: view.position, generation: view.generation,
                    permit: nil, policy: rules.entry)
                return
            }
            let before = slot.state
            let decision = slot.state.acquire(rules.spec, reporter: reporter, probe: id, at: now)
            asked = (before, decision)
        }
    }

    func undo() {
        guard let before = asked?.before else { return }
        breaker.table.changeLocked(key) { $0.state = before }
    }

    func keep(by caller: Caller, at now: Instant) -> [Receipt] {
        guard let decision = asked?.decision else { return [] }
        let receipt = breaker.table.changeLocked(key) { slot in
            breakers.takeDown(decision, breaker, rules, key, slot.state, by: caller, at: now)
        }.flatMap(\.self)
        if Breakers.isChange((decision, receipt)) { breaker.table.markDirtyLocked(key) }
        return receipt.map { [$0] } ?? []
    }

    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)? {
        guard let permit = asked?.decision.permit else {
            let generation = resting?.generation ?? 0
            return (
                PermitPart(policyID: policyID, key: key, generation: generation), nil
            )
        }
        guard isCharged else {
            // It was put back: the call is told to the breaker as it was, without a probe.
            let generation = asked?.before.generation ?? permit.generation
            return (PermitPart(policyID: policyID, key: key, generation: generation), nil)
        }
        var part = breakers.part(permit, breaker, key)
        guard part.lease != nil else { return (part, nil) }
        part.leaseEnd = permit.expiresAt
        return (part, permit.expiresAt)
    }
}
