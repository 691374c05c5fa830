import Resilience

/// A limiter that a guard asks.
final class LimiterPart: GuardPart {
    let policy: PolicyIdentity
    private let limiters: Limiters
    private let limiter: LiveLimiter
    private let request: LimiterRequest
    private let ahead: [LimiterRequest]
    private var asked: Asked?
    private var receipts: [Receipt] = []
    private(set) var isOnlyBehind = false
    /// What it says where the key has no state and can have none.
    private var withoutRoom: LimiterAnswer?

    /// A limiter to be asked about a call, behind calls that wait for the guard and cost so much.
    init(
        _ limiters: Limiters, _ name: String, _ key: ExactString, cost: Int64, behind costs: [Int64]
    ) throws {
        self.limiters = limiters
        limiter = try limiters.live.find(name)
        policy = limiter.rules.now.entry.identity
        request = LimiterRequest(key: key, cost: cost)
        ahead = costs.map { LimiterRequest(key: key, cost: $0) }
    }

    /// What it was asked by, and what came of it.
    private struct Asked {
        let before: LimiterState
        let rules: LimiterVersion
        let tier: Tier
        let at: Instant
        var answer: LimiterAnswer
    }

    var policyID: Int64 { limiter.table.policyID }
    var key: ExactString { request.key }
    var cost: Int64 { request.cost }
    var lock: any OrderedLock { limiter.table.lock(of: request.key) }

    var reply: any GuardedReply {
        guard let answer = asked?.answer ?? withoutRoom else {
            preconditionFailure("the part was not asked")
        }
        return answer
    }

    func ask(at now: Instant) throws {
        let rules = limiter.rules.now
        let tier = try limiter.tier(of: request.key, asking: nil, rules, at: now)
        asked = limiter.table.applyLocked(request.key, at: now) { slot in
            let before = slot.state
            guard rules.entry.mode != .disabled else {
                let answer = limiters.answer(limiter, rules, request, tier, slot, at: now)
                return Asked(before: before, rules: rules, tier: tier, at: now, answer: answer)
            }
            var answer = limiters.ask(
                limiter, rules, request, tier, &slot.state, behind: slot.waiting, at: now)
            if answer.wouldAllow, !ahead.isEmpty {
                slot.state = before
                answer = limiters.ask(
                    limiter, rules, request, tier, &slot.state, behind: slot.waiting + ahead,
                    at: now)
                isOnlyBehind = !answer.wouldAllow
            }
            return Asked(before: before, rules: rules, tier: tier, at: now, answer: answer)
        }
        if asked == nil {
            withoutRoom = limiters.answerWithoutRoom(limiter, rules, request, tier, at: now)
        }
    }

    func undo() {
        guard let asked else { return }
        limiter.table.changeLocked(request.key) { slot in
            slot.state = asked.before
            // What it is told to have left is what it has.
            self.asked?.answer = limiters.answer(
                limiter, asked.rules, request, asked.tier, slot, at: asked.at)
        }
    }

    func keep(by caller: Caller, at now: Instant) -> [Receipt] {
        if let withoutRoom, withoutRoom.policy.mode != .disabled {
            limiters.context.tellNoRoom(at: now)
            limiters.count(withoutRoom, limiter, at: now)
        }
        guard let asked, asked.rules.entry.mode != .disabled else { return [] }
        let receipts = limiter.table.changeLocked(request.key) { slot in
            limiters.takeDown(
                asked.answer, limiter, asked.rules, asked.tier, &slot, by: caller, at: now)
        }
        limiter.table.markDirtyLocked(request.key)
        self.receipts = receipts ?? []
        return self.receipts
    }

    var takeBack: (@Sendable () async -> Void)? {
        guard let asked, asked.rules.entry.mode != .disabled,
            asked.answer.decision.denial == nil
        else { return nil }
        return { [limiters, limiter, receipts] in
            // A strict limiter takes back by itself what it could not store.
            guard (try? await Receipt.wait(receipts)) != nil else { return }
            limiters.takeBack(asked.answer, limiter, grantedAt: asked.at)
        }
    }

    func permitPart(isCharged: Bool) -> (part: PermitPart, expiresAt: Instant?)? { nil }
}
