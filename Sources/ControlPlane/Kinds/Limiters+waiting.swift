import Resilience

/// Calls that wait to be allowed, for each key in the order they came.
///
/// Who waits holds nothing: tokens are spent when a call is answered. A newcomer does not
/// overtake those who wait. It is told the wait that serving all of them first comes to, and
/// joins them if that is no longer than it would wait.
extension Limiters {
    /// The answer to a call that is behind others.
    func denial(
        _ limiter: LiveLimiter, _ rules: LiveLimiter.Rules, _ request: LimiterRequest,
        _ tier: Tier, _ state: LimiterState, behind ahead: [Waiter], at now: Instant
    ) -> LimiterDecision {
        var copy = state
        let decision = copy.acquire(request.cost, tier, spends: false, at: now)
        if let denial = decision.denial, denial.retryAfter == nil { return decision }
        let ahead = ahead.compactMap { waiter in
            (try? limiter.tier(of: request.key, asking: waiter.tier, rules, at: now)).map {
                (waiter.cost, $0)
            }
        }
        let wait = state.wait(for: ahead + [(request.cost, tier)], at: now)
        // Those ahead are answered at this instant at the soonest, so a turn takes some time.
        let retryAfter = wait.map { max($0, .milliseconds(1)) }
        return LimiterDecision(
            tier: decision.tier, cost: decision.cost,
            denial: Denial(.rateLimited, retryAfter: retryAfter), limits: decision.limits)
    }

    /// Answers a call that would wait: at once if it can be or never could, else in its turn.
    func wait(
        _ limiter: LiveLimiter, _ request: LimiterRequest, by caller: Caller
    ) async throws -> LimiterAnswer {
        let id = context.waiters.nextID()
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    let answer = try join(limiter, request, id, cancellation, by: caller) {
                        continuation.resume(with: $0)
                    }
                    if let answer {
                        continuation.resume(returning: answer)
                    } else {
                        lookAgain(limiter, request.key)
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            cancellation.set()
            leave(limiter, request.key, id)
        }
    }

    /// Looks after a call that just joined: what changed meanwhile was told to those before it.
    private func lookAgain(_ limiter: LiveLimiter, _ key: ExactString) {
        let policy = limiter.rules.entry.identity
        if (try? self.limiter(policy.name)) === limiter {
            pump(limiter, key)
        } else {
            dismissWaiters(of: limiter, .noPolicy(policy))
        }
    }

    /// Answers at once where that is possible; nil when the call waits.
    private func join(
        _ limiter: LiveLimiter, _ request: LimiterRequest, _ id: UInt64,
        _ cancellation: CancellationFlag, by caller: Caller,
        _ resume: @escaping @Sendable (Result<LimiterAnswer, any Error>) -> Void
    ) throws -> LimiterAnswer? {
        try limiter.table.apply(request.key, by: context.clock) { slot, now in
            if cancellation.isSet { throw CancellationError() }
            let rules = limiter.rules
            let tier = try limiter.tier(of: request.key, asking: request.tier, rules, at: now)
            let wait =
                slot.waiters.isEmpty
                ? slot.state.wait(for: [(request.cost, tier)], at: now)
                : denial(
                    limiter, rules, request, tier, slot.state, behind: slot.waiters, at: now
                ).denial?.retryAfter
            guard let wait, wait > .zero, wait <= request.wait else {
                return decide(
                    limiter, rules, request, tier, &slot, behind: slot.waiters, by: caller,
                    at: now)
            }
            guard slot.waiters.count < PlaneLimits.waitersPerKey, context.waiters.enter() else {
                throw PlaneError(.overloaded, "too many calls wait already")
            }
            let waiter = Waiter(
                id: id, caller: caller, cost: request.cost, tier: request.tier, since: now,
                deadline: now + request.wait, resume: resume)
            slot.waiters.append(waiter)
            wake(limiter, request.key, &slot, at: now + wait)
            return nil
        }
    }

    /// Answers the calls whose turn has come, and those whose wait is over.
    func pump(_ limiter: LiveLimiter, _ key: ExactString) {
        let answered = limiter.table.applyIfPresent(key) { slot in
            let now = context.clock.now()
            return serve(limiter, key, &slot, at: now)
        }
        for (waiter, result) in answered ?? [] {
            context.waiters.leave()
            waiter.resume(result)
        }
    }

    /// Looks after all who wait, since something that concerns them changed.
    func pumpAll(_ limiter: LiveLimiter) {
        guard context.waiters.isAnyone else { return }
        for key in limiter.table.allKeys { pump(limiter, key) }
    }

    /// Ends the waiting of all calls with an error.
    func dismissWaiters(of limiter: LiveLimiter, _ error: PlaneError) {
        guard context.waiters.isAnyone else { return }
        for key in limiter.table.allKeys {
            let waiters = limiter.table.applyIfPresent(key) { slot in
                defer { slot.waiters = [] }
                return slot.waiters
            }
            for waiter in waiters ?? [] {
                context.waiters.leave()
                waiter.resume(.failure(error))
            }
        }
    }

    private typealias Served = (waiter: Waiter, result: Result<LimiterAnswer, any Error>)

    private func serve(
        _ limiter: LiveLimiter, _ key: ExactString,
        _ slot: inout StateTable<LimiterState>.Slot, at now: Instant
    ) -> [Served] {
        if slot.waiters.isEmpty { return [] }
        let rules = limiter.rules
        var served: [Served] = []
        var nextTurn: Instant?
        var waiting: [Waiter] = []
        for waiter in slot.waiters {
            do {
                let tier = try limiter.tier(of: key, asking: waiter.tier, rules, at: now)
                let wait = slot.state.wait(for: [(waiter.cost, tier)], at: now)
                let isTurn = nextTurn == nil && wait == .zero
                let isOver = waiter.deadline <= now || wait == nil
                guard isTurn || isOver || rules.entry.mode != .enforce else {
                    nextTurn = nextTurn ?? wait.map { now + $0 }
                    waiting.append(waiter)
                    continue
                }
                let request = LimiterRequest(key: key, cost: waiter.cost, tier: waiter.tier)
                guard rules.entry.mode != .disabled else {
                    let answer = answer(limiter, rules, request, tier, slot, at: now)
                    served.append((waiter, .success(answer)))
                    continue
                }
                let answer = decide(
                    limiter, rules, request, tier, &slot, behind: waiting,
                    waited: now - waiter.since, by: waiter.caller, at: now)
                served.append((waiter, .success(answer)))
            } catch {
                served.append((waiter, .failure(error)))
            }
        }
        slot.waiters = waiting
        let next = waiting.map(\.deadline).min().map { min($0, nextTurn ?? $0) }
        if let next { wake(limiter, key, &slot, at: next) }
        return served
    }

    private func wake(
        _ limiter: LiveLimiter, _ key: ExactString,
        _ slot: inout StateTable<LimiterState>.Slot, at instant: Instant
    ) {
        let timer = limiter.timer(key, .waiters)
        context.timers.schedule(timer, at: instant, keepingEarlier: true) {
            [weak self, weak limiter] _ in
            if let self, let limiter { self.pump(limiter, key) }
        }
    }

    private func leave(_ limiter: LiveLimiter, _ key: ExactString, _ id: UInt64) {
        let left = limiter.table.applyIfPresent(key) { slot in
            slot.waiters.firstIndex { $0.id == id }.map { slot.waiters.remove(at: $0) }
        }
        guard let waiter = left.flatMap(\.self) else { return }
        context.waiters.leave()
        waiter.resume(.failure(CancellationError()))
        pump(limiter, key)
    }
}
