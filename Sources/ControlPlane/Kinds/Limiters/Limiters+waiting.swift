import Resilience

/// Calls that wait to be allowed, for each key in the order they came.
///
/// Who waits holds nothing: tokens are spent when a call is answered. A newcomer does not
/// overtake those who wait. It is told the wait that serving all of them first comes to, and
/// joins them if that is no longer than it would wait.
extension Limiters {
    func withoutRoom(
        _ limiter: LiveLimiter, _ key: ExactString, _ request: LimiterRequest, by caller: Caller
    ) throws -> (answer: LimiterAnswer, receipts: [Receipt]) {
        let (rules, now) = (limiter.rules.now, context.clock.now())
        let tier = try limiter.tier(of: key, asking: request.tier, rules, at: now)
        let answer = answerWithoutRoom(limiter, rules, request, tier, at: now)
        context.tellNoRoom(at: now)
        if rules.entry.mode != .disabled { count(answer, limiter, at: now) }
        return (answer, [])
    }

    /// The answer about a key that has no state and can have none. What needs none is answered as
    /// ever: who is blocked stays so.
    func answerWithoutRoom(
        _ limiter: LiveLimiter, _ rules: LimiterVersion, _ request: LimiterRequest, _ tier: Tier,
        at now: Instant
    ) -> LimiterAnswer {
        guard case .limited = tier.allowance, request.cost > 0, rules.entry.mode != .disabled else {
            return answer(limiter, rules, request, tier, nil, at: now)
        }
        return LimiterAnswer(withoutRoom: request, tier: tier, rules)
    }

    /// The answer to a call that is behind others.
    func denial(
        _ limiter: LiveLimiter, _ rules: LimiterVersion, _ request: LimiterRequest,
        _ tier: Tier, _ state: LimiterState, behind ahead: [LimiterRequest], at now: Instant
    ) -> LimiterDecision {
        var copy = state
        let decision = copy.acquire(request.cost, tier, spends: false, at: now)
        let reason = decision.denial?.reason ?? .rateLimited
        if let denial = decision.denial, denial.retryAfter == nil { return decision }
        let ahead = ahead.compactMap { asked -> (Int64, Tier)? in
            (try? limiter.tier(of: request.key, asking: asked.tier, rules, at: now)).map {
                (asked.cost, $0)
            }
        }
        let wait = state.wait(for: ahead + [(request.cost, tier)], at: now)
        // Those ahead are answered at this instant at the soonest, so a turn takes some time.
        let retryAfter = wait.map { max($0, .milliseconds(1)) }
        return LimiterDecision(
            tier: decision.tier, cost: decision.cost,
            denial: Denial(reason, retryAfter: retryAfter), limits: decision.limits)
    }

    func admit(
        _ limiter: LiveLimiter, _ key: ExactString, _ request: LimiterRequest,
        for span: Timespan, _ slot: inout StateTable<LimiterState>.Slot, by caller: Caller,
        at now: Instant
    ) throws -> Admission<LimiterAnswer> {
        let rules = limiter.rules.now
        let tier = try limiter.tier(of: key, asking: request.tier, rules, at: now)
        let wait =
            slot.waiters.isEmpty
            ? slot.state.wait(for: [(request.cost, tier)], at: now)
            : denial(
                limiter, rules, request, tier, slot.state, behind: slot.waiting, at: now
            ).denial?.retryAfter
        if let wait, wait > .zero, wait <= span { return .wait(until: now + wait) }
        let (answer, receipts) = try decide(
            limiter, request, &slot, behind: slot.waiting, by: caller, at: now)
        return .answer(answer, receipts)
    }

    func deny(
        _ limiter: LiveLimiter, _ key: ExactString, _ request: LimiterRequest,
        _ slot: inout StateTable<LimiterState>.Slot, by caller: Caller, at now: Instant
    ) throws -> (answer: LimiterAnswer, receipts: [Receipt]) {
        try decide(limiter, request, &slot, behind: slot.waiting, by: caller, at: now)
    }

    func serve(
        _ limiter: LiveLimiter, _ key: ExactString,
        _ slot: inout StateTable<LimiterState>.Slot, at now: Instant
    ) -> (served: [Served<LimiterRequest, LimiterAnswer>], next: Instant?) {
        let rules = limiter.rules.now
        var served: [Served<LimiterRequest, LimiterAnswer>] = []
        var nextTurn: Instant?
        var waiting: [LimiterState.Waiter] = []
        for waiter in slot.waiters {
            let request = waiter.request
            do {
                let tier = try limiter.tier(of: key, asking: request.tier, rules, at: now)
                let wait = slot.state.wait(for: [(request.cost, tier)], at: now)
                let isTurn = nextTurn == nil && wait == .zero
                let isOver = waiter.deadline <= now || wait == nil
                guard isTurn || isOver || rules.entry.mode != .enforce else {
                    nextTurn = nextTurn ?? wait.map { now + $0 }
                    waiting.append(waiter)
                    continue
                }
                let (answer, receipts) = try decide(
                    limiter, request, &slot, behind: waiting.map(\.request),
                    waited: now - waiter.since, by: waiter.caller, at: now)
                served.append(
                    Served(waiter: waiter, result: .success(answer), receipts: receipts))
            } catch {
                served.append(Served(waiter: waiter, result: .failure(error)))
            }
        }
        slot.waiters = WaitingLine(waiting)
        return (served, nextTurn)
    }
}
