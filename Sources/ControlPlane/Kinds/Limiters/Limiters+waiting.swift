import Resilience

/// Calls that wait to be allowed, for each key in the order they came.
///
/// Who waits holds nothing: tokens are spent when a call is answered. A newcomer does not
/// overtake those who wait. It is told the wait that serving all of them first comes to, and
/// joins them if that is no longer than it would wait.
extension Limiters {
    /// The answer to a call that is behind others.
    static func denial(
        _ request: LimiterRequest, _ tier: Tier, _ state: LimiterState,
        behind ahead: [LimiterRequest], _ turn: Turn<Limiters>
    ) -> LimiterDecision {
        var copy = state
        let decision = copy.acquire(request.cost, tier, spends: false, at: turn.now)
        let reason = decision.denial?.reason ?? .rateLimited
        if let denial = decision.denial, denial.retryAfter == nil { return decision }
        let ahead = ahead.compactMap { asked -> (Int64, Tier)? in
            (try? turn.tier(asked.tier)).map { (asked.cost, $0) }
        }
        let wait = state.wait(for: ahead + [(request.cost, tier)], at: turn.now)
        // Those ahead are answered at this instant at the soonest, so a turn takes some time.
        let retryAfter = wait.map { max($0, .milliseconds(1)) }
        return LimiterDecision(
            tier: decision.tier, cost: decision.cost,
            denial: Denial(reason, retryAfter: retryAfter), limits: decision.limits)
    }

    func admit(
        _ limiter: Live, _ request: LimiterRequest, for span: Timespan, _ slot: inout Slot,
        _ turn: Turn<Limiters>, by caller: Caller
    ) throws -> Admission<Limiters, LimiterAnswer> {
        let tier = try turn.tier(request.tier)
        let wait =
            !slot.hasWaiters
            ? slot.state.wait(for: [(request.cost, tier)], at: turn.now)
            : Self.denial(request, tier, slot.state, behind: slot.waiting, turn)
                .denial?.retryAfter
        if let wait, wait > .zero, wait <= span { return .wait(until: turn.now + wait) }
        return try deny(limiter, request, &slot, turn, by: caller)
    }

    func deny(
        _ limiter: Live, _ request: LimiterRequest, _ slot: inout Slot, _ turn: Turn<Limiters>,
        by caller: Caller
    ) throws -> Admission<Limiters, LimiterAnswer> {
        let (answer, effects) = try Self.decide(
            request, &slot, behind: slot.waiting, turn, by: caller)
        return .answer(answer, effects)
    }

    func serve(
        _ limiter: Live, _ slot: inout Slot, _ turn: Turn<Limiters>
    ) -> (served: [Served<Limiters, LimiterRequest, LimiterAnswer>], next: Instant?) {
        var served: [Served<Limiters, LimiterRequest, LimiterAnswer>] = []
        var nextTurn: Instant?
        var waiting: [LimiterState.Waiter] = []
        for waiter in slot.waiters {
            let request = waiter.request
            do {
                let tier = try turn.tier(request.tier)
                let wait = slot.state.wait(for: [(request.cost, tier)], at: turn.now)
                let isTurn = nextTurn == nil && wait == .zero
                let isOver = waiter.deadline <= turn.now || wait == nil
                guard isTurn || isOver || turn.version.mode != .enforce else {
                    nextTurn = nextTurn ?? wait.map { turn.now + $0 }
                    waiting.append(waiter)
                    continue
                }
                let (answer, effects) = try Self.decide(
                    request, &slot, behind: waiting.map(\.request),
                    waited: turn.now - waiter.since, turn, by: waiter.caller)
                served.append(
                    Served(waiter: waiter, result: .success(answer), effects: effects))
            } catch {
                served.append(Served(waiter: waiter, result: .failure(error)))
            }
        }
        slot.waiters = WaitingLine(waiting)
        return (served, nextTurn)
    }
}
