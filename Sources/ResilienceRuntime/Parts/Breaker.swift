public import Resilience

/// A breaker of this process: when calls stop being made, for each key by itself.
///
/// A guard asks it and settles what it allowed; code that cannot be written as a closure may do
/// the same with ``acquire(_:)`` and ``settle(_:of:_:duration:)``. A probe that is not settled by
/// the policy's `probeTimeout` opens the breaker again, or frees its place where `onProbeTimeout`
/// says so; other calls that take longer than five minutes are not counted.
///
/// Guarded by a mutex, under which the clock is read. It keeps states of at most `maximumKeys`
/// keys; those that nobody has used for the policy's `keyIdle` are forgotten, and those that are
/// closed and empty sooner. Past the bound calls of new keys are denied with
/// ``Denied/Reason/tooManyKeys``; outcomes of forgotten keys are not counted.
public final class Breaker: Part {
    /// What it is called in denials.
    public let name: String
    /// When it opens, and how it closes.
    public let policy: BreakerPolicy
    private let clock: any RuntimeClock
    fileprivate let kept: Locked<Content>

    fileprivate struct Content {
        var states: KeyedStates<BreakerState>
        /// The highest generation that was forgotten with a key: new ones begin above it.
        var forgotten: Int64 = 0
    }

    /// A breaker that is closed.
    public init(
        _ name: String, _ policy: BreakerPolicy, maximumKeys: Int = RuntimeLimits.keys,
        clock: any RuntimeClock = SystemClock()
    ) {
        (self.name, self.policy, self.clock) = (name, policy, clock)
        kept = Locked(Content(states: KeyedStates(maximumCount: maximumKeys)))
    }

    /// Asks whether a call may be made.
    ///
    /// - Returns: What the call is to be settled with.
    /// - Throws: ``Denied``.
    public func acquire(_ key: String = "") throws(Denied) -> BreakerPermit {
        guard Key.fault(of: key) == nil else { throw Denied(.breaker, name, .invalidKey) }
        let asked = AskedBreaker(self, ExactString(key))
        let answer = JointAttempt([asked]).decide(at: clock.now())
        guard let permit = asked.permit, !answer.isDenied else {
            throw answer.denied ?? Denied(.breaker, name, .tooManyKeys)
        }
        return permit
    }

    /// Tells how a call went that was allowed, once.
    ///
    /// - Parameter duration: how long it took; nil when that is not known, and then it is not
    ///   slow.
    @discardableResult
    public func settle(
        _ permit: BreakerPermit, of key: String = "", _ outcome: Outcome,
        duration: Timespan? = nil
    ) -> BreakerAnswer {
        settle(permit, of: ExactString(key), outcome, duration)
    }

    /// Where the breaker stands, and why; nothing is changed by looking.
    public func view(_ key: String = "") -> BreakerView {
        kept.withLock { content in
            let now = clock.now()
            return state(of: ExactString(key), content, at: now).view(policy, at: now)
        }
    }

    /// Puts the breaker of a key where someone wants it.
    ///
    /// - Returns: What became of it, in order.
    /// - Throws: ``Denied`` when there is no room for the key.
    @discardableResult
    public func force(
        _ position: ManualPosition, _ key: String = ""
    ) throws(Denied) -> [BreakerTransition] {
        guard Key.fault(of: key) == nil else { throw Denied(.breaker, name, .invalidKey) }
        let transitions = change(ExactString(key)) { state, now in
            state.force(position, policy, at: now)
        }
        guard let transitions else { throw Denied(.breaker, name, .tooManyKeys) }
        return transitions
    }

    /// How many keys it keeps states of.
    public var keys: Int { kept.withLock(\.states.count) }

    func asked(about key: ExactString, cost: Int64) -> AskedPart { AskedBreaker(self, key) }

    fileprivate func settle(
        _ permit: BreakerPermit, of key: ExactString, _ outcome: Outcome, _ duration: Timespan?
    ) -> BreakerAnswer {
        let answer = change(key) { state, now in
            state.settle(permit, outcome, duration: duration, policy, at: now)
        }
        if let answer { return answer }
        // It was forgotten while the call was under way, and there is no room for it any more.
        var state = BreakerState(at: clock.now())
        return state.refuse(.staleGeneration, policy, at: clock.now())
    }

    /// Does something with the state of a key; nil when there is no room for it.
    private func change<Answer: Sendable>(
        _ key: ExactString, _ body: (inout BreakerState, Instant) -> Answer
    ) -> Answer? {
        kept.locked {
            let now = clock.now()
            guard var state = enter(key, at: now) else { return nil }
            let answer = body(&state, now)
            kept.content.states[key] = state
            return answer
        }
    }

    /// The state of a key, which has one from now on; nil when there is no room for it. With the
    /// lock held.
    fileprivate func enter(_ key: ExactString, at now: Instant) -> BreakerState? {
        let before = kept.content.forgotten
        var forgotten = before
        let hasRoom = kept.content.states.hasRoom(for: key, at: now) { state in
            // One that equals a new one leaves no generation behind.
            if state.isFresh(policy, at: now), state.firstGeneration - 1 == before { return true }
            guard isUnneeded(state, at: now) else { return false }
            forgotten = max(forgotten, state.generation)
            return true
        }
        kept.content.forgotten = forgotten
        guard hasRoom else { return nil }
        let state = state(of: key, kept.content, at: now)
        kept.content.states[key] = state
        return state
    }

    /// Whether forgetting a state changes no decision: nobody has used it for the policy's time, or
    /// it is closed and empty, and no call that it let through is under way any more.
    private func isUnneeded(_ state: BreakerState, at now: Instant) -> Bool {
        if state.isIdle(policy, at: now) { return true }
        guard state.usedAt + Bounds.permitLifetime <= now else { return false }
        let view = state.view(policy, at: now)
        return view.position == .closed && view.figures.counts.total == 0
            && view.figures.consecutiveFailures == 0
    }

    /// The state of a key: a new one where it has none, or nobody has used it for so long that it
    /// is as good as forgotten.
    private func state(of key: ExactString, _ content: Content, at now: Instant) -> BreakerState {
        let present = content.states[key]
        if let present, !present.isIdle(policy, at: now) { return present }
        let last = max(content.forgotten, present?.generation ?? 0)
        return BreakerState(at: now, after: last)
    }
}

/// A breaker that is asked about one call.
private final class AskedBreaker: AskedPart {
    private let breaker: Breaker
    /// What the call is settled with; nil when there is no room for the key.
    private(set) var permit: BreakerPermit?
    /// The state with the call charged, or its denial counted; nil when there is no room for one.
    private var state: BreakerState?

    init(_ breaker: Breaker, _ key: ExactString) {
        self.breaker = breaker
        super.init(breaker.kept, key)
    }

    override func ask(at now: Instant) {
        guard var state = breaker.enter(key, at: now) else {
            return refusal = Denied(.breaker, breaker.name, .tooManyKeys)
        }
        let id = UInt64.random(in: .min ... .max)
        let decision = state.acquire(breaker.policy, probe: id, at: now)
        self.state = state
        refusal = decision.denial.map { denial in
            Denied(.breaker, breaker.name, denial.reason.reason, retryAfter: denial.retryAfter)
        }
        permit = decision.permit
        settle = { [breaker, key] outcome, duration in
            _ = breaker.settle(decision.permit, of: key, outcome, duration)
        }
    }

    override func keep() {
        if let state { breaker.kept.content.states[key] = state }
    }

    // What is denied here is counted as such, and takes nothing.
    override func refuse() { keep() }
}

extension BreakerDenialReason {
    /// The same among the reasons of all parts.
    fileprivate var reason: Denied.Reason {
        switch self {
        case .open: .open
        case .forcedOpen: .forcedOpen
        case .probesInFlight: .probesInFlight
        }
    }
}
