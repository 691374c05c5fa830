public import Resilience

/// A limiter of this process: how often something may happen, for each key by itself.
///
/// Guarded by a mutex, under which the clock is read. It keeps states of at most `maximumKeys`
/// keys; those with which nothing is spent any more are forgotten, and past the bound calls of new
/// keys are denied with ``Denied/Reason/tooManyKeys``.
public final class Limiter: Part {
    /// What it is called in denials.
    public let name: String
    /// What it allows. `durability` says nothing here: nothing outlives the process.
    public let policy: LimiterPolicy
    private let clock: any RuntimeClock
    private let allowances: [String: Allowance]
    private let since: Instant
    fileprivate let states: Locked<States>

    fileprivate struct States {
        var byKey: KeyedStates<LimiterState>
        var rate: AdaptiveRate?
    }

    /// A limiter of which nothing is spent.
    public init(
        _ name: String, _ policy: LimiterPolicy, maximumKeys: Int = RuntimeLimits.keys,
        clock: any RuntimeClock = SystemClock()
    ) {
        (self.name, self.policy, self.clock) = (name, policy, clock)
        (allowances, since) = (policy.allowances, clock.now())
        let rate = policy.adaptive.map { [since] in AdaptiveRate($0, at: since) }
        states = Locked(States(byKey: KeyedStates(maximumCount: maximumKeys), rate: rate))
    }

    /// Asks, and spends the cost when the call is allowed.
    ///
    /// A call that is paced (`leaky_bucket`) is to be made after the decision's `delay`.
    ///
    /// - Parameters:
    ///   - cost: 0…10⁹; 0 looks, and is allowed unless the key is blocked.
    ///   - tier: what the key may do; nil for the policy's default. Each tier of a key has its
    ///     own account.
    /// - Throws: ``Denied``; a call that is denied spends nothing.
    @discardableResult
    public func acquire(
        _ key: String = "", cost: Int64 = 1, tier: String? = nil
    ) throws(Denied) -> LimiterDecision {
        guard Key.fault(of: key) == nil else { throw denied(.invalidKey) }
        let asked = AskedLimiter(self, ExactString(key), cost: cost, tier: tier)
        let answer = JointAttempt([asked]).decide(at: clock.now())
        guard let decision = asked.decision, !answer.isDenied else {
            throw answer.denied ?? denied(.tooManyKeys)
        }
        return decision
    }

    /// Gives back what a call of that tier had cost, never above full.
    ///
    /// - Returns: The least that a limit of the tier took back, in whole tokens.
    @discardableResult
    public func refund(_ key: String = "", cost: Int64 = 1, tier: String? = nil) -> Int64 {
        precondition(Bounds.costs.contains(cost))
        return states.withLock { states in
            guard let tier = self.tier(tier, states.rate) else { return 0 }
            return states.byKey[ExactString(key)]?.refund(cost, tier, at: clock.now()) ?? 0
        }
    }

    /// How many keys it keeps states of.
    public var keys: Int { states.withLock(\.byKey.count) }

    func asked(about key: ExactString, cost: Int64) -> AskedPart {
        AskedLimiter(self, key, cost: cost, tier: nil)
    }

    /// An adaptive rate follows how long calls take.
    fileprivate var settlement: Settlement? {
        guard let adaptive = policy.adaptive else { return nil }
        return { [self] outcome, duration in
            guard outcome != .ignored else { return }
            states.withLock { _ = $0.rate?.record(duration, adaptive, at: clock.now()) }
        }
    }

    fileprivate func tier(_ name: String?, _ rate: AdaptiveRate?) -> Tier? {
        let name = name ?? policy.tierByDefault
        guard let allowance = allowances[name] else { return nil }
        guard let rate, let paced = policy.allowance(at: rate) else {
            return Tier(name: name, allowance, since: since)
        }
        return Tier(name: name, paced, since: rate.movedAt)
    }

    fileprivate func denied(_ reason: Denied.Reason, _ retryAfter: Timespan? = nil) -> Denied {
        Denied(.limiter, name, reason, retryAfter: retryAfter)
    }
}

/// A limiter that is asked about one call.
private final class AskedLimiter: AskedPart {
    private let limiter: Limiter
    private let cost: Int64
    private let tier: String?
    /// What it says of the tier; nil where the key can have no state.
    private(set) var decision: LimiterDecision?
    /// The state with the call charged.
    private var state: LimiterState?

    init(_ limiter: Limiter, _ key: ExactString, cost: Int64, tier: String?) {
        precondition(Bounds.costs.contains(cost))
        (self.limiter, self.cost, self.tier) = (limiter, cost, tier)
        super.init(limiter.states, key)
    }

    override func ask(at now: Instant) {
        let rate = limiter.states.content.rate
        guard let tier = limiter.tier(tier, rate) else {
            return refusal = limiter.denied(.unknownTier)
        }
        let hasRoom = limiter.states.content.byKey.hasRoom(for: key, at: now) { state in
            state.isFresh(at: now) { limiter.tier($0, rate) }
        }
        guard hasRoom else { return refusal = limiter.denied(.tooManyKeys) }
        var state = limiter.states.content.byKey[key] ?? LimiterState(at: now)
        let decision = state.acquire(cost, tier, at: now)
        (self.decision, self.state) = (decision, state)
        refusal = decision.denial.map { limiter.denied($0.reason.reason, $0.retryAfter) }
        (delay, settle) = (decision.delay, limiter.settlement)
    }

    override func keep() { limiter.states.content.byKey[key] = state }
}

extension DenialReason {
    /// The same among the reasons of all parts.
    fileprivate var reason: Denied.Reason {
        switch self {
        case .rateLimited: .rateLimited
        case .costExceedsLimit: .costExceedsLimit
        case .blocked: .blocked
        }
    }
}
