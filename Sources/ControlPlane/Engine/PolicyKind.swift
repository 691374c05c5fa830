import Resilience
import Store

/// A kind of policy at work. Each kind is one class that conforms; what is the same for all kinds
/// is in the extensions.
///
/// What changes a key's state is a function of values, which says by its ``Effects`` what is to be
/// done besides: it reads no clock, counts nothing, and hands nothing to anybody.
protocol PolicyKind: KindRuntime {
    /// A version of a policy, ready to be decided by.
    associatedtype Version: PolicyVersion
    /// What is kept for each key.
    associatedtype State: KeyState = NoState
    /// What is counted.
    associatedtype Figure: CountedFigure
    /// What a policy keeps besides.
    associatedtype Own: PolicyExtras = NoExtras<Version> where Own.Version == Version
    /// What must be known to take a change back that could not be stored.
    associatedtype Reversal: Sendable = Never

    typealias Live = LivePolicy<Self>
    typealias Slot = StateTable<State>.Slot

    /// What all kinds share.
    var context: PlaneContext { get }
    /// The policies at work.
    var live: LiveTable<Self> { get }

    /// The states of a new policy.
    static func table(_ policyID: Int64, _ own: Own, _ keyCounter: KeyCounter) -> StateTable<State>

    /// Whether forgetting the state of `key` changes no answer and loses no event.
    static func isFresh(_ live: Live, _ key: ExactString, _ state: State, at now: Instant) -> Bool

    /// When a state wants to be looked after by itself; nil where nothing falls due.
    static func due(_ state: State, _ version: Version) -> Instant?

    /// Does what has fallen due.
    static func advance(_ state: inout State, _ turn: Turn<Self>) -> Effects<Self>

    /// Takes a change back that could not be stored, or whose caller is gone.
    ///
    /// - Parameter beganAt: since when there is such a state: what was granted before is none of
    ///   its own.
    static func revert(
        _ reversal: Reversal, _ state: inout State, since beganAt: Instant, _ turn: Turn<Self>
    ) -> Effects<Self>

    /// Takes note of what was counted about a key, after its lock is gone.
    static func counted(_ counts: Counts<Figure>, _ key: ExactString, _ own: Own)

    /// Takes over what the store keeps for the kind besides states, at the start.
    func restoreOwn(from store: Store) async throws

    /// Takes note that a key's state was taken over from disk.
    func restored(_ live: Live, _ key: ExactString)

    /// Goes on with the states of a policy at the start, before what has fallen due is done.
    func resumed(_ live: Live)

    /// A policy goes on with a new version.
    func adopted(_ live: Live)

    /// A policy was taken out of work.
    func removed(_ live: Live, _ entry: PolicyEntry)

    /// Looks after those who wait for a key, or for any where none is given, since their answer may
    /// have changed. Called without any lock held.
    func changed(_ live: Live, _ key: ExactString?)

    /// Forgets states of one policy that nothing is lost with, some each `turn`.
    func sweep(_ live: Live, turn: Int, at now: Instant)

    /// Makes the states of a policy ready to be written for the last time.
    func settleForStop(_ live: Live)
}

extension PolicyKind {
    static func table(_ policyID: Int64, _ own: Own, _ keyCounter: KeyCounter) -> StateTable<State>
    {
        StateTable(policyID: policyID, keyCounter)
    }

    static func counted(_ counts: Counts<Figure>, _ key: ExactString, _ own: Own) {}

    func restoreOwn(from store: Store) async throws {}

    func restored(_ live: Live, _ key: ExactString) {}

    func resumed(_ live: Live) {}

    func adopted(_ live: Live) {}

    func removed(_ live: Live, _ entry: PolicyEntry) {}

    func changed(_ live: Live, _ key: ExactString?) { context.answerChanges.notify(live.id, key) }

    func sweep(_ live: Live, turn: Int, at now: Instant) {
        live.table.sweep(turn: turn) { Self.isFresh(live, $0, $1, at: now) }
    }

    func settleForStop(_ live: Live) {}
}

extension PolicyKind where Reversal == Never {
    static func revert(
        _ reversal: Never, _ state: inout State, since beganAt: Instant, _ turn: Turn<Self>
    ) -> Effects<Self> {}
}

/// The state of keys that have none.
struct NoState: KeyState {
    static let isStored = false

    init(at now: Instant) {}

    init?(snapshot: JSONValue) {}

    var snapshot: JSONValue { [:] }
}

extension PolicyKind where State == NoState {
    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: NoState, at now: Instant
    ) -> Bool { true }

    static func due(_ state: NoState, _ version: Version) -> Instant? { nil }

    static func advance(_ state: inout NoState, _ turn: Turn<Self>) -> Effects<Self> { .none }
}
