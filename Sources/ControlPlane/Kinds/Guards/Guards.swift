import Resilience
import Synchronization

/// The guards at work.
///
/// A guard keeps no state but the lines of those who wait; what is charged is that of its parts.
/// Who waits holds nothing: the parts are asked anew when the answer of the one that stands in the
/// way may have changed, for calls with the same keys in the order they came.
public final class Guards: WaitingKind {
    typealias Version = GuardVersion
    typealias State = GuardState
    typealias Figure = GuardCount
    typealias Request = GuardRequest
    typealias Answer = GuardAnswer

    let context: PlaneContext
    let live = LiveTable<Guards>()
    /// Where those who wait stand; taken last, with the locks of the parts held.
    let blocked = Mutex(BlockedLines())
    /// How often a call that waited was tried: what a change of a part costs.
    let retrials = Atomic(0)

    init(_ context: PlaneContext) {
        self.context = context
        context.answerChanges.listen { [weak self] in self?.partChanged($0, $1) }
    }

    /// Decides on a call, and charges all parts when it is allowed.
    ///
    /// With a `wait` the answer may take as long, in policy time. A call that could not be allowed
    /// within its wait is answered at once.
    public func acquire(
        _ name: String, _ request: GuardRequest, by caller: Caller
    ) async throws -> GuardAnswer {
        let live = try live.find(name)
        let version = live.version
        let keys = try GuardKeys(version, request.attributes, among: context.kinds)
        guard version.mode != .disabled else {
            let answer = try byVersionInForce(live, version) { try disabled(live, $0, request) }
            return try await heard(answer, by: caller)
        }
        if request.wait > .zero, version.mode == .enforce {
            // What changed at this moment is for those who wait already.
            if context.waiters.isAnyone { pump(live, keys.line) }
            return try await heard(
                wait(live, keys.line, request, for: request.wait, by: caller), by: caller)
        }
        var ahead: [Int64] = []
        if context.waiters.isAnyone {
            pump(live, keys.line)
            ahead = live.table.slot(of: keys.line)?.waiters.map(\.request.cost) ?? []
        }
        let (answer, commits) = try decide(
            live, version, keys, request, behind: ahead, by: caller)
        if !commits.isEmpty { try await PendingCommit.wait(commits) }
        return try await heard(answer, by: caller)
    }

    /// The answer with its permit, unless nobody is there to have it any more: then what it was
    /// charged is taken back.
    private func heard(_ answer: GuardAnswer, by caller: Caller) async throws -> GuardAnswer {
        guard !Task.isCancelled else {
            await answer.revert?()
            throw CancellationError()
        }
        var answer = answer
        answer.permit = answer.granted.map(context.permits.text(of:))
        return answer
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }

    // MARK: PolicyKind

    // Lines are no states of keys: a bound of their own lets calls wait where keys have none.
    static func table(
        _ policyID: Int64, _ own: Own, _ keyCounter: KeyCounter
    ) -> StateTable<GuardState> {
        StateTable(policyID: policyID, KeyCounter(maximum: PlaneLimits.guardLines))
    }

    static func isFresh(
        _ live: Live, _ key: ExactString, _ state: GuardState, at now: Instant
    ) -> Bool { true }

    static func due(_ state: GuardState, _ version: Version) -> Instant? { nil }

    static func advance(_ state: inout GuardState, _ turn: Turn<Guards>) -> Effects<Guards> {
        .none
    }
}

extension Plane {
    /// The guards.
    public var guards: Guards { self[Guards.self] }
}

/// A version of a guard, with what it names ready to be asked.
final class GuardVersion: PolicyVersion {
    let entry: PolicyEntry
    let spec: GuardPolicy
    /// The policies that it names, in the order in which they are asked.
    let parts: [(kind: Kind, member: String, part: GuardPartSpec)]
    /// Whether it names one of them several times.
    let hasRepeats: Bool
    /// Each of them once, to be told how calls went.
    let named: Set<PolicyIdentity>
    /// The retry policy of calls that fail.
    let retry: String?
    /// The timeout policy of the calls.
    let timeout: String?
    /// The fallback of calls that are denied or fail.
    let fallback: String?

    init(_ entry: PolicyEntry) {
        let spec = Self.spec(of: entry)
        (self.entry, self.spec) = (entry, spec)
        parts = spec.parts
        hasRepeats =
            Set(spec.parts.map { PolicyIdentity($0.kind, $0.part.name) }).count < parts.count
        named = Set(spec.references.map(\.identity))
        (retry, timeout, fallback) = (spec.retry, spec.timeout, spec.fallback)
    }
}

/// What a guard keeps for calls with the same keys: nothing but their line.
struct GuardState: KeyState {
    typealias Waiter = WaitingCall<GuardRequest, GuardAnswer>

    static let isStored = false

    init(at now: Instant) {}

    init?(snapshot: JSONValue) {}

    var snapshot: JSONValue { [:] }
}
