public import Resilience
import Store

/// The timeouts at work. Each has one state, for all callers, at the empty key.
public final class Timeouts: PolicyKind {
    typealias Version = SpecVersion<TimeoutPolicy>
    typealias State = TimeoutState
    typealias Figure = TimeoutCount

    let context: PlaneContext
    let live = LiveTable<Timeouts>()

    init(_ context: PlaneContext) { self.context = context }

    /// Records how long a call took.
    ///
    /// - Returns: Why it was not counted, nil when it was; and how the timeout stands after it.
    public func record(
        _ name: String, _ outcome: Outcome, _ duration: Timespan
    ) async throws -> (reason: String?, view: TimeoutView, policy: PolicyEntry) {
        let timeout = try live.find(name)
        let version = timeout.version
        guard version.mode != .disabled else {
            return (UncountedReason.disabled.rawValue, view(timeout, version), version.entry)
        }
        guard outcome != .ignored else {
            timeout.counters.add(.ignored, at: context.clock.now())
            return (UncountedReason.ignored.rawValue, view(timeout, version), version.entry)
        }
        let applied = try await reach(timeout, "") { slot, turn in
            slot.state.record(outcome, duration)
            var effects = Effects<Timeouts>()
            effects.count(TimeoutCount(outcome))
            return (Self.view(slot.state, turn.version), effects)
        }
        guard let applied else {
            context.tellNoRoom(at: context.clock.now())
            return (PlaneLimits.noRoom, view(timeout, version), version.entry)
        }
        return (nil, applied.answer, version.entry)
    }

    /// How a timeout stands.
    public func view(_ name: String) throws -> TimeoutView {
        let timeout = try live.find(name)
        return view(timeout, timeout.version)
    }

    /// Whether calls are known: whether the one key there is has a state.
    public func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString] {
        liveKeys(try live.find(name), after: cursor, limit: limit)
    }

    /// Forgets how long calls took, which is at the empty key.
    public func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try await resetStates(name, key, reason: reason, by: caller)
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    private func view(_ timeout: Live, _ version: Version) -> TimeoutView {
        Self.view(timeout.table.state(of: "") ?? TimeoutState(at: context.clock.now()), version)
    }

    /// What the calls come to is in force where the policy is enforced; elsewhere it is only told.
    private static func view(_ state: TimeoutState, _ version: Version) -> TimeoutView {
        state.view(version.spec, isFollowed: version.mode == .enforce)
    }

    // MARK: PolicyKind

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: TimeoutState, at now: Instant
    ) -> Bool { state.isFresh }

    static func due(_ state: TimeoutState, _ version: Version) -> Instant? { nil }

    static func advance(_ state: inout TimeoutState, _ turn: Turn<Timeouts>) -> Effects<Timeouts> {
        .none
    }
}

extension TimeoutState: KeyState {}

extension Timeouts: OutcomeListener {
    func learn(_ name: String, from report: OutcomeReport, attempt: Int64) async {
        if let duration = report.duration {
            _ = try? await record(name, report.outcome, duration)
        }
    }
}

extension Plane {
    /// The timeouts.
    public var timeouts: Timeouts { self[Timeouts.self] }
}

/// What is counted of a timeout.
enum TimeoutCount: Int, CountedFigure {
    case successes, failures, timeouts, ignored

    /// The figure that an outcome adds to.
    init(_ outcome: Outcome) {
        switch outcome {
        case .success: self = .successes
        case .failure: self = .failures
        case .timeout: self = .timeouts
        case .ignored: self = .ignored
        }
    }
}
