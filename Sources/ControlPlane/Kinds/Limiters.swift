import Resilience
import Store
import Synchronization

/// The limiters at work.
public final class Limiters: KindRuntime {
    let context: PlaneContext
    private let live = Mutex<[ExactString: LiveLimiter]>([:])

    init(_ context: PlaneContext) { self.context = context }

    var specType: any PolicySpec.Type { LimiterPolicy.self }

    /// The limiter of that name.
    func limiter(_ name: String) throws(PlaneError) -> LiveLimiter {
        guard let limiter = live.withLock({ $0[ExactString(name)] }) else {
            throw .noPolicy(PolicyIdentity(LimiterPolicy.kind, name))
        }
        return limiter
    }

    var all: [LiveLimiter] { live.withLock { Array($0.values) } }

    // MARK: Deciding

    /// Decides on a call, and spends its cost when it is allowed.
    ///
    /// With a `wait` the answer may take as long, in policy time: calls are served in the order
    /// they came. A call that could not be served within its wait is answered at once.
    public func acquire(
        _ name: String, _ request: LimiterRequest, by caller: Caller
    ) async throws -> LimiterAnswer {
        let limiter = try limiter(name)
        let rules = limiter.rules
        let now = context.clock.now()
        let tier = try limiter.tier(of: request.key, asking: request.tier, rules, at: now)
        if request.cost == 0 || tier.allowance == .unlimited || rules.entry.mode == .disabled {
            return look(limiter, rules, request, tier, at: now)
        }
        if request.wait > .zero, rules.entry.mode == .enforce {
            return try await wait(limiter, request, by: caller)
        }
        return try limiter.table.apply(request.key, by: context.clock) { slot, now in
            decide(
                limiter, rules, request, tier, &slot, behind: slot.waiters, by: caller, at: now)
        }
    }

    /// The answer that a call would get, spending nothing.
    public func peek(_ name: String, _ request: LimiterRequest) throws -> LimiterAnswer {
        let limiter = try limiter(name)
        let rules = limiter.rules
        let now = context.clock.now()
        let tier = try limiter.tier(of: request.key, asking: request.tier, rules, at: now)
        let slot = limiter.table.slot(of: request.key)
        return answer(limiter, rules, request, tier, slot, at: now)
    }

    /// An answer that spends nothing, counted where it is one to a call.
    private func look(
        _ limiter: LiveLimiter, _ rules: LiveLimiter.Rules, _ request: LimiterRequest,
        _ tier: Tier, at now: Instant
    ) -> LimiterAnswer {
        let slot = limiter.table.slot(of: request.key)
        let answer = answer(limiter, rules, request, tier, slot, at: now)
        if rules.entry.mode != .disabled { count(answer, limiter, at: now) }
        return answer
    }

    func answer(
        _ limiter: LiveLimiter, _ rules: LiveLimiter.Rules, _ request: LimiterRequest,
        _ tier: Tier, _ slot: StateTable<LimiterState>.Slot?, at now: Instant
    ) -> LimiterAnswer {
        var state = slot?.state ?? LimiterState(at: now)
        let ahead = request.cost > 0 && rules.entry.mode == .enforce ? slot?.waiters ?? [] : []
        let decision =
            ahead.isEmpty
            ? state.acquire(request.cost, tier, spends: false, at: now)
            : denial(limiter, rules, request, tier, state, behind: ahead, at: now)
        return LimiterAnswer(
            decision: decision, key: request.key, waited: .zero, policy: rules.entry)
    }

    /// Decides with the state at hand, behind those who wait, and takes down what came of it.
    func decide(
        _ limiter: LiveLimiter, _ rules: LiveLimiter.Rules, _ request: LimiterRequest,
        _ tier: Tier, _ slot: inout StateTable<LimiterState>.Slot, behind ahead: [Waiter],
        waited: Timespan = .zero, by caller: Caller, at now: Instant
    ) -> LimiterAnswer {
        let decision =
            ahead.isEmpty
            ? slot.state.acquire(request.cost, tier, at: now)
            : denial(limiter, rules, request, tier, slot.state, behind: ahead, at: now)
        let answer = LimiterAnswer(
            decision: decision, key: request.key, waited: waited, policy: rules.entry)
        count(answer, limiter, at: now)
        if let denial = decision.denial {
            let transitions = slot.state.noteDenial(tier, at: now)
            tell(transitions, denial, limiter, rules, request.key, &slot, by: caller, at: now)
        }
        return answer
    }

    func count(_ answer: LimiterAnswer, _ limiter: LiveLimiter, at now: Instant) {
        let isAllowed = answer.decision.isAllowed
        limiter.tally.add(
            (LimiterCount.allowed.place, isAllowed ? 1 : 0),
            (LimiterCount.denied.place, isAllowed ? 0 : 1),
            (LimiterCount.waited.place, answer.waited > .zero ? 1 : 0),
            (LimiterCount.costSpent.place, isAllowed ? answer.decision.cost : 0), at: now)
    }

    // MARK: KindRuntime

    func publish(_ entry: PolicyEntry) {
        let name = ExactString(entry.name)
        let existing = live.withLock { live -> LiveLimiter? in
            if let limiter = live[name] { return limiter }
            live[name] = LiveLimiter(entry, context.census)
            return nil
        }
        guard let existing else { return }
        existing.adopt(entry)
        pumpAll(existing)
    }

    func remove(_ entry: PolicyEntry) {
        let limiter = live.withLock { $0.removeValue(forKey: ExactString(entry.name)) }
        guard let limiter else { return }
        dismissWaiters(of: limiter, .noPolicy(entry.identity))
        context.timers.cancelAll(of: limiter.table.policyID)
    }

    func restore(from store: Store) async throws {
        let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.table.policyID, $0) })
        for record in try await store.assignments() {
            guard let limiter = byID[record.policyID] else { continue }
            restore(record, limiter)
        }
        try await store.forEachState { write in
            guard let limiter = byID[write.policyID], let snapshot = write.state else { return }
            guard let state = LimiterState(snapshot: snapshot) else {
                throw StoreError(.unusable, "the state of \"\(write.key)\" cannot be read")
            }
            limiter.table.restore(write.key, state)
        }
        for limiter in all { resumeEpisodes(limiter) }
    }

    func checkpoint(turn: Int, at now: Instant) {
        // What is forgotten must be deleted: while nothing can be, those deletions would pile up.
        let isStoring = context.store.writer.lastFailure == nil
        for limiter in all {
            if isStoring { limiter.table.sweep(turn: turn) { limiter.isFresh($0, $1, at: now) } }
            limiter.table.write(with: context.store.writer)
            writeHeldEvents(of: limiter, at: now, all: false)
        }
    }

    func checkpointAll(at now: Instant) async {
        for limiter in all {
            await limiter.table.writeAll(with: context.store.writer)
            writeHeldEvents(of: limiter, at: now, all: true)
        }
    }
}

extension LimiterCount {
    /// Its place in a tally.
    var place: Int {
        switch self {
        case .allowed: 0
        case .denied: 1
        case .waited: 2
        case .refunded: 3
        case .costSpent: 4
        }
    }
}
