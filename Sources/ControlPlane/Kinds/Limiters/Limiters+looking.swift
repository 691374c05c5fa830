import Resilience

/// What limiters tell without a call being charged.
extension Limiters {
    /// The answer that a call would get, spending nothing, with the accounts of its key.
    public func peek(_ name: String, _ request: LimiterRequest) throws -> LimiterAnswer {
        let limiter = try live.find(name)
        var (answer, slot, turn) = try look(limiter, request)
        answer.accounts = Self.accounts(slot, turn)
        return answer
    }

    /// An answer that spends nothing. What it is decided by is read after the state, which may
    /// have been changed by the newest version of the policy.
    func look(
        _ limiter: Live, _ request: LimiterRequest
    ) throws -> (answer: LimiterAnswer, slot: Slot?, turn: Turn<Limiters>) {
        let slot = limiter.table.slot(of: request.key)
        let turn = turn(limiter, request.key, at: context.clock.now())
        let tier = try turn.tier(request.tier)
        let hasRoom = slot != nil || context.keyCounter.hasRoom
        let answer =
            hasRoom
            ? Self.look(request, tier, slot?.state, behind: slot?.waiting ?? [], turn)
            : Self.answerWithoutRoom(request, tier, turn)
        return (answer, slot, turn)
    }

    /// The accounts of a key that are not full.
    static func accounts(_ slot: Slot?, _ turn: Turn<Limiters>) -> [AccountFigures] {
        slot?.state.figures(at: turn.now) {
            turn.own.tier(called: $0, of: turn.key, turn.version, at: turn.now)
        } ?? []
    }

    /// The answer that a call would get with that state, spending nothing.
    static func look(
        _ request: LimiterRequest, _ tier: Tier, _ state: LimiterState?,
        behind ahead: [LimiterRequest], _ turn: Turn<Limiters>
    ) -> LimiterAnswer {
        var state = state ?? LimiterState(at: turn.now)
        let isBehind = request.cost > 0 && turn.version.mode == .enforce && !ahead.isEmpty
        let decision =
            isBehind
            ? denial(request, tier, state, behind: ahead, turn)
            : state.acquire(request.cost, tier, spends: false, at: turn.now)
        return LimiterAnswer(decision, turn.key, turn.version)
    }

    /// The answer about a key that has no state and can have none. What needs none is answered as
    /// ever: who is blocked stays so.
    static func answerWithoutRoom(
        _ request: LimiterRequest, _ tier: Tier, _ turn: Turn<Limiters>
    ) -> LimiterAnswer {
        guard case .limited = tier.allowance, request.cost > 0, turn.version.mode != .disabled
        else { return look(request, tier, nil, behind: [], turn) }
        return LimiterAnswer(withoutRoom: request, tier: tier, turn.version)
    }

    func withoutRoom(
        _ limiter: Live, _ key: ExactString, _ request: LimiterRequest, by caller: Caller
    ) throws -> (answer: LimiterAnswer, commits: [PendingCommit]) {
        let turn = turn(limiter, key, at: context.clock.now())
        let answer = Self.answerWithoutRoom(request, try turn.tier(request.tier), turn)
        context.tellNoRoom(at: turn.now)
        if turn.version.mode != .disabled { count(answer, limiter) }
        return (answer, [])
    }
}
