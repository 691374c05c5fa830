public import Resilience
import Store

/// The timeouts at work. Each has one state, for all callers, at the empty key.
public final class Timeouts: StatefulLiveKind {
    let context: PlaneContext
    let live = LiveTable<LiveTimeout>()

    init(_ context: PlaneContext) { self.context = context }

    /// Takes down how long a call took.
    ///
    /// - Returns: Why it was not counted, nil when it was; and how the timeout stands after it.
    public func record(
        _ name: String, _ outcome: Outcome, _ duration: Timespan
    ) throws -> (reason: String?, view: TimeoutView, policy: PolicyEntry) {
        let timeout = try live.find(name)
        let rules = timeout.rules.now
        guard rules.entry.mode != .disabled else {
            return (UncountedReason.disabled.rawValue, view(timeout, rules), rules.entry)
        }
        let place = TimeoutCount(outcome)
        guard outcome != .ignored else {
            timeout.tally.add((place, 1), at: context.clock.now())
            return (UncountedReason.ignored.rawValue, view(timeout, rules), rules.entry)
        }
        let view = timeout.table.applyIfRoom("", by: context.clock) { slot, now in
            slot.state.record(outcome, duration)
            timeout.tally.add((place, 1), at: now)
            return slot.state.view(rules.spec, isFollowed: rules.isFollowed)
        }
        guard let view else {
            context.tellNoRoom(at: context.clock.now())
            return (PlaneLimits.noRoom, self.view(timeout, rules), rules.entry)
        }
        return (nil, view, rules.entry)
    }

    /// How a timeout stands.
    public func view(_ name: String) throws -> TimeoutView {
        let timeout = try live.find(name)
        return view(timeout, timeout.rules.now)
    }

    /// Whether calls are known: whether the one key there is has a state.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// Forgets how long calls took.
    public func reset(
        _ name: String, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetStates(name, nil, reason: reason, by: caller)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    private func view(
        _ timeout: LiveTimeout, _ rules: SpecVersion<TimeoutPolicy>
    ) -> TimeoutView {
        let state = timeout.table.state(of: "") ?? TimeoutState(at: context.clock.now())
        return state.view(rules.spec, isFollowed: rules.isFollowed)
    }
}

extension TimeoutState: KeyState {}

extension SpecVersion<TimeoutPolicy> {
    /// Whether what the calls come to is in force; elsewhere it is only told.
    fileprivate var isFollowed: Bool { entry.mode == .enforce }
}

extension Plane {
    /// The timeouts.
    public var timeouts: Timeouts { self[Timeouts.self] }
}
