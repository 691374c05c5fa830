import Resilience

@testable import ControlPlane

/// The counters at work.
final class Counters: PolicyKind {
    typealias Version = SpecVersion<CounterPolicy>
    typealias State = CounterState
    typealias Figure = CounterCount

    let context: PlaneContext
    let live = LiveTable<Counters>()

    init(_ context: PlaneContext) { self.context = context }

    /// Decides on a call, and gives it a place where there is one.
    func acquire(_ name: String, _ key: ExactString, by caller: Caller) async throws -> CounterReply
    {
        let counter = try live.find(name)
        let id = UInt64.random(in: .min ... .max)
        let decided = try await reach(counter, key) { slot, turn in
            Self.decide(id, &slot.state, counter.id, turn, by: caller)
        }
        guard let decided else {
            context.tellNoRoom(at: context.clock.now())
            return CounterReply(withoutRoom: counter.version.entry)
        }
        try await decided.commit?.wait()
        var reply = decided.answer
        reply.permit = reply.grant.map { context.permits.text(of: permit($0)) }
        return reply
    }

    /// Decides with the state at hand.
    static func decide(
        _ id: UInt64, _ state: inout State, _ policyID: Int64, _ turn: Turn<Counters>,
        by caller: Caller
    ) -> (CounterReply, Effects<Counters>) {
        guard turn.version.mode != .disabled else {
            return (disabled(state, policyID, turn), .none)
        }
        let spec = turn.version.spec
        var effects = effects(ofExpired: state.expire(at: turn.now))
        let place = state.take(id, spec, at: turn.now)
        effects.count(place == nil ? .denied : .allowed)
        if place != nil, state.places.count == spec.limit {
            let data: JSONObject = ["limit": .integer(spec.limit)]
            effects.tell([
                turn.event(
                    CounterEvent.exhausted.type, by: caller, data.shadowed(turn.policy))
            ])
        }
        return (CounterReply(place, state, policyID, turn), effects)
    }

    /// The answer of a disabled counter.
    static func disabled(
        _ state: State?, _ policyID: Int64, _ turn: Turn<Counters>
    ) -> CounterReply {
        CounterReply(nil, state ?? State(), policyID, turn, isDisabled: true)
    }

    /// What comes of leases that are over.
    static func effects(ofExpired count: Int64) -> Effects<Counters> {
        var effects = Effects<Counters>()
        effects.count(.expired, count)
        effects.concernsWaiting = count > 0
        return effects
    }

    /// The places of a key that are held, and how many there are.
    func status(_ name: String, _ key: ExactString) throws -> (
        places: [CounterState.Place], limit: Int64
    ) {
        let counter = try live.find(name)
        var state = counter.table.state(of: key) ?? State()
        _ = state.expire(at: context.clock.now())
        return (state.places, counter.version.spec.limit)
    }

    func keys(_ name: String, after cursor: ExactString?, limit: Int) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetStates(name, key, reason: reason, by: caller)
    }

    func stats(_ name: String) throws -> KindStats { try counted(name) }

    // MARK: PolicyKind

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: State, at now: Instant
    ) -> Bool { state.places.isEmpty }

    static func due(_ state: State, _ version: Version) -> Instant? {
        state.places.map(\.endsAt).min()
    }

    static func advance(_ state: inout State, _ turn: Turn<Counters>) -> Effects<Counters> {
        let count = state.expire(at: turn.now)
        return count == 0 ? .none : effects(ofExpired: count)
    }
}

extension CounterState: KeyState {
    init(at now: Instant) { self.init() }
}

/// What is counted of a counter.
enum CounterCount: Int, CountedFigure {
    case allowed, denied, released, expired
}

/// A counter's answer to a call that asks.
struct CounterReply: GuardedReply {
    /// Whether the call holds a place, or needs none.
    let wouldAllow: Bool
    /// How many places are held then.
    var held: Int64 = 0
    /// When the first of them is free again, for a call that found none.
    var retryAfter: Timespan?
    /// Why there is none.
    var reason: String?
    /// What the call's end is told with; nil for a denied one.
    var permit: String?
    /// What the permit stands for.
    var grant: PermitGrant?
    /// The policy that decided.
    let policy: PolicyEntry

    init(
        _ place: CounterState.Place?, _ state: CounterState, _ policyID: Int64,
        _ turn: Turn<Counters>, isDisabled: Bool = false
    ) {
        wouldAllow = place != nil || isDisabled
        held = Int64(state.places.count)
        policy = turn.policy
        if !wouldAllow {
            reason = CounterEvent.exhausted.rawValue
            retryAfter = state.places.map(\.endsAt).min().map { $0 - turn.now }
        }
        guard isAllowed else { return }
        grant = PermitGrant(
            part: PermitPart(policyID: policyID, key: turn.key, lease: place?.id),
            expiresAt: place?.endsAt ?? turn.now + Bounds.permitLifetime)
    }

    /// The answer about a key that has no state and can have none.
    init(withoutRoom policy: PolicyEntry) {
        wouldAllow = policy.document.whenUnreachable == .allow
        reason = PlaneLimits.noRoom
        self.policy = policy
    }

    var isAllowed: Bool { wouldAllow || policy.mode != .enforce }

    var refusal: GuardRefusal? {
        guard !wouldAllow else { return nil }
        // A place may be given back long before its lease is over.
        return reason == PlaneLimits.noRoom
            ? .withoutRoom(true)
            : GuardRefusal(reason ?? "", retryAfter, changesBefore: true)
    }
}
