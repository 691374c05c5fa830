import Resilience
import Synchronization

/// The guards at work.
///
/// A guard keeps no state but the lines of those who wait; what is charged is that of its parts.
/// Who waits holds nothing: the parts are asked anew when the answer of the one that stands in the
/// way may have changed, for calls with the same keys in the order they came.
public final class Guards: WaitingKind {
    let context: PlaneContext
    let live = LiveTable<LiveGuard>()
    var kinds: GuardKinds { GuardKinds(context.kinds) }
    /// Where those who wait stand; taken last, with the locks of the parts held.
    let blocked = Mutex(BlockedLines())
    /// How often a call that waited was tried: what a change of a part costs.
    let retrials = Atomic(0)

    init(_ context: PlaneContext) {
        self.context = context
        context.bell.listen { [weak self] in self?.partChanged($0, $1) }
    }

    /// Decides on a call, and charges all parts when it is allowed.
    ///
    /// With a `wait` the answer may take as long, in policy time. A call that could not be allowed
    /// within its wait is answered at once.
    public func acquire(
        _ name: String, _ request: GuardRequest, by caller: Caller
    ) async throws -> GuardAnswer {
        let live = try live.find(name)
        let rules = live.rules.now
        let keys = try GuardKeys(rules.spec, request.attributes)
        guard rules.entry.mode != .disabled else {
            return try byVersionInForce(live, rules) { try rest(live, $0, request) }
        }
        if request.wait > .zero, rules.entry.mode == .enforce {
            // What changed at this moment is for those who wait already.
            if context.waiters.isAnyone { pump(live, keys.line) }
            return try await heard(
                wait(live, keys.line, request, for: request.wait, by: caller))
        }
        var ahead: [Int64] = []
        if context.waiters.isAnyone {
            pump(live, keys.line)
            ahead = live.table.slot(of: keys.line)?.waiters.map(\.request.cost) ?? []
        }
        let (answer, receipts) = try decide(
            live, rules, keys, request, behind: ahead, by: caller)
        if !receipts.isEmpty { try await Receipt.wait(receipts) }
        return try await heard(answer)
    }

    /// The answer, unless nobody is there to have it any more: then what it was charged is taken
    /// back.
    private func heard(_ answer: GuardAnswer) async throws -> GuardAnswer {
        guard Task.isCancelled else { return answer }
        await answer.takeBack?()
        throw CancellationError()
    }

    /// What was counted since the start, and over the last minute.
    public func stats(_ name: String) throws -> KindStats { try counted(name) }
}

extension Plane {
    /// The guards.
    public var guards: Guards { self[Guards.self] }
}
