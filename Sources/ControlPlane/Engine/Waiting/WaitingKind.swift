import Resilience

/// A kind whose calls may wait, for each key in the order they came.
///
/// Who waits holds nothing. It is answered when its turn comes, at its deadline, when its policy is
/// deleted or the server stops; a call that is given up leaves without a trace.
protocol WaitingKind: PolicyKind where State.Waiter == WaitingCall<Request, Answer> {
    associatedtype Request: Sendable
    associatedtype Answer: Sendable

    /// How many calls may wait for one key, whatever its policy says.
    static var longestLine: Int { get }

    /// Decides on a call that would wait for `span`: at once if it can be or never could, else it
    /// waits. Called with the lock of the state held.
    func admit(
        _ live: Live, _ request: Request, for span: Timespan, _ slot: inout Slot,
        _ turn: Turn<Self>, by caller: Caller
    ) throws -> Admission<Self, Answer>

    /// Denies a call that would have to wait, since no more calls may. Called with the lock of the
    /// state held.
    func deny(
        _ live: Live, _ request: Request, _ slot: inout Slot, _ turn: Turn<Self>,
        by caller: Caller
    ) throws -> Admission<Self, Answer>

    /// Answers a call that would wait for a key which has no state and can have none.
    ///
    /// - Returns: The answer, and what must be on disk before it is given.
    func withoutRoom(
        _ live: Live, _ key: ExactString, _ request: Request, by caller: Caller
    ) throws -> (answer: Answer, commits: [PendingCommit])

    /// Answers the calls whose turn has come and those whose wait is over, and takes them out of
    /// the line. Called with the lock of the state held.
    ///
    /// - Returns: Those calls, and when to look again if nothing happens.
    func serve(
        _ live: Live, _ slot: inout Slot, _ turn: Turn<Self>
    ) -> (served: [Served<Self, Request, Answer>], next: Instant?)

    /// Nobody waits for the key any more. Called with the lock of the state held.
    func lineEnded(_ live: Live, _ key: ExactString)
}

extension WaitingKind {
    static var longestLine: Int { PlaneLimits.waitersPerKey }

    func lineEnded(_ live: Live, _ key: ExactString) {}

    /// Answers a call that would wait for `span`: at once, or in its turn.
    func wait(
        _ live: Live, _ key: ExactString, _ request: Request, for span: Timespan,
        by caller: Caller
    ) async throws -> Answer {
        let id = context.waiters.nextID()
        let cancellation = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do {
                    let joined = try join(
                        live, key, request, for: span, id, cancellation, by: caller
                    ) { continuation.resume(with: $0) }
                    if joined { lookAgain(live, key) }
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            cancellation.set()
            leave(live, key, id)
        }
    }

    /// Answers the calls whose turn has come, and those whose wait is over.
    func pump(_ live: Live, _ key: ExactString) {
        if context.waiters.isAnyone { serveLine(live, key) }
        context.answerChanges.notify(live.id, key)
    }

    private func serveLine(_ live: Live, _ key: ExactString) {
        context.waiters.noteVisit()
        let calls = live.table.applyIfPresent(
            key, isChange: { calls in calls.contains(where: \.isChange) }
        ) {
            slot -> [Answered<Self>] in
            guard slot.hasWaiters else { return [] }
            let turn = turn(live, key, at: context.clock.now())
            let (served, next) = serve(live, &slot, turn)
            if let deadline = slot.waiters.earliestDeadline {
                wake(live, key, at: min(deadline, next ?? deadline))
            }
            noteEnd(of: slot.waiters, live, key)
            return served.map { call in
                let commit = handOver(call.effects, live, &slot, turn)
                return Answered(
                    call: call, commits: call.commits + (commit.map { [$0] } ?? []), now: turn.now)
            }
        }
        for answered in calls ?? [] {
            count(answered.call.effects, live, key, at: answered.now)
            end(answered.call, after: answered.commits)
        }
    }

    /// Looks after all who wait, since something that concerns them changed.
    func pumpAll(_ live: Live) {
        for key in live.table.waiting.all { pump(live, key) }
    }

    /// Ends the waiting of all calls of a policy with an error.
    func dismissWaiters(of live: Live, _ error: PlaneError) {
        for key in live.table.waiting.all {
            let waiters = live.table.applyIfPresent(key, isChange: { _ in false }) { slot in
                defer {
                    slot.waiters = WaitingLine()
                    noteEnd(of: slot.waiters, live, key)
                }
                return Array(slot.waiters)
            }
            for waiter in waiters ?? [] { end(Served(waiter: waiter, result: .failure(error))) }
        }
    }

    func dismissWaiters(_ error: PlaneError) {
        for live in live.all { dismissWaiters(of: live, error) }
    }

    func adopted(_ live: Live) { pumpAll(live) }

    func removed(_ live: Live, _ entry: PolicyEntry) {
        dismissWaiters(of: live, .noPolicy(entry.identity))
    }

    func changed(_ live: Live, _ key: ExactString?) {
        if let key { return pump(live, key) }
        pumpAll(live)
        context.answerChanges.notify(live.id)
    }

    /// Has the line looked after at `instant`, or before.
    func wake(_ live: Live, _ key: ExactString, at instant: Instant) {
        context.timers.schedule(live.timer(key, .waiters), at: instant, keepingEarlier: true) {
            [weak self, weak live] _ in
            if let self, let live { self.pump(live, key) }
        }
    }

    /// Answers at once where that is possible; tells whether the call waits.
    private func join(
        _ live: Live, _ key: ExactString, _ request: Request, for span: Timespan, _ id: UInt64,
        _ cancellation: CancellationFlag, by caller: Caller,
        _ resume: @escaping @Sendable (Result<Answer, any Error>) -> Void
    ) throws -> Bool {
        let joined = try live.table.applyIfRoom(key, by: context.clock, isChange: \.isChange) {
            slot, now -> Joined<Self> in
            if cancellation.isSet { throw CancellationError() }
            let turn = turn(live, key, at: now)
            defer { noteEnd(of: slot.waiters, live, key) }
            var admission = try admit(live, request, for: span, &slot, turn, by: caller)
            if case .wait(let at) = admission {
                if slot.waiters.count < Self.longestLine, try context.waiters.enter() {
                    slot.waiters.append(
                        WaitingCall(
                            id: id, caller: caller, request: request, since: now,
                            deadline: now + span, resume: resume))
                    live.table.waiting.insert(key)
                    wake(live, key, at: min(at, now + span))
                    return .waits
                }
                admission = try deny(live, request, &slot, turn, by: caller)
            }
            guard case .answer(let answer, let effects, let commits) = admission else {
                throw PlaneError(.overloaded, "a call that cannot wait was made to")
            }
            let commit = handOver(effects, live, &slot, turn)
            return .answered(answer, effects, commits + (commit.map { [$0] } ?? []), now)
        }
        guard let joined else {
            let (answer, commits) = try withoutRoom(live, key, request, by: caller)
            PendingCommit.afterAll(commits) { resume($0.map { answer }) }
            return false
        }
        guard case .answered(let answer, let effects, let commits, let now) = joined else {
            return true
        }
        finish(effects, live, key, at: now)
        PendingCommit.afterAll(commits) { resume($0.map { answer }) }
        return false
    }

    /// Looks after a call that just joined: what changed meanwhile was told to those before it.
    private func lookAgain(_ live: Live, _ key: ExactString) {
        let policy = live.version.entry.identity
        if (try? self.live.find(policy.name)) === live {
            pump(live, key)
        } else {
            dismissWaiters(of: live, .noPolicy(policy))
        }
    }

    private func leave(_ live: Live, _ key: ExactString, _ id: UInt64) {
        let left = live.table.applyIfPresent(key, isChange: { _ in false }) { slot in
            defer { noteEnd(of: slot.waiters, live, key) }
            return slot.waiters.remove(id: id)
        }
        guard let waiter = left.flatMap(\.self) else { return }
        end(Served(waiter: waiter, result: .failure(CancellationError())))
        pump(live, key)
    }

    /// Takes note where nobody waits any more. Called with the lock of the state held.
    private func noteEnd(
        of line: WaitingLine<State.Waiter>, _ live: Live, _ key: ExactString
    ) {
        guard line.isEmpty else { return }
        live.table.waiting.remove(key)
        lineEnded(live, key)
    }

    private func end(
        _ call: Served<Self, Request, Answer>, after commits: [PendingCommit] = []
    ) {
        context.waiters.leave()
        PendingCommit.afterAll(commits) { durable in
            call.waiter.resume(durable.flatMap { call.result })
        }
    }
}

/// What became of a call that would wait.
private enum Joined<Kind: WaitingKind> {
    case waits
    case answered(Kind.Answer, Effects<Kind>, [PendingCommit], Instant)

    var isChange: Bool {
        guard case .answered(_, let effects, _, _) = self else { return false }
        return effects.durability > .unchanged
    }
}

/// A call whose waiting is over, with what must be on disk before it is told.
private struct Answered<Kind: WaitingKind> {
    let call: Served<Kind, Kind.Request, Kind.Answer>
    let commits: [PendingCommit]
    let now: Instant

    var isChange: Bool { call.effects.durability > .unchanged }
}
