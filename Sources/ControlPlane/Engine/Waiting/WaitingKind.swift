import Resilience

/// A kind whose calls may wait, for each key in the order they came.
///
/// Who waits holds nothing. It is answered when its turn comes, at its deadline, when its policy is
/// deleted or the server stops; a call that is given up leaves without a trace.
protocol WaitingKind: StatefulLiveKind where Live.State.Waiter == Waiter<Request, Answer> {
    associatedtype Request: Sendable
    associatedtype Answer: Sendable

    /// How many calls may wait for one key, whatever its policy says.
    static var longestLine: Int { get }

    /// Decides on a call that would wait for `span`: at once if it can be or never could, else it
    /// waits. Called with the lock of the state held.
    func admit(
        _ live: Live, _ key: ExactString, _ request: Request, for span: Timespan,
        _ slot: inout StateTable<Live.State>.Slot, by caller: Caller, at now: Instant
    ) throws -> Admission<Answer>

    /// Denies a call that would have to wait, since no more calls may. Called with the lock of the
    /// state held.
    ///
    /// - Returns: The answer, and what must be on disk before it is given.
    func deny(
        _ live: Live, _ key: ExactString, _ request: Request,
        _ slot: inout StateTable<Live.State>.Slot, by caller: Caller, at now: Instant
    ) throws -> (answer: Answer, receipts: [Receipt])

    /// Answers a call that would wait for a key which has no state and can have none.
    ///
    /// - Returns: The answer, and what must be on disk before it is given.
    func withoutRoom(
        _ live: Live, _ key: ExactString, _ request: Request, by caller: Caller
    ) throws -> (answer: Answer, receipts: [Receipt])

    /// Answers the calls whose turn has come and those whose wait is over, and takes them out of
    /// the line. Called with the lock of the state held.
    ///
    /// - Returns: Those calls, and when to look again if nothing happens.
    func serve(
        _ live: Live, _ key: ExactString, _ slot: inout StateTable<Live.State>.Slot,
        at now: Instant
    ) -> (served: [Served<Request, Answer>], next: Instant?)

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
        context.waiters.noteVisit()
        let served = live.table.applyIfPresent(key, isChange: { !$0.isEmpty }) { slot in
            guard !slot.waiters.isEmpty else { return [Served<Request, Answer>]() }
            let (served, next) = serve(live, key, &slot, at: context.clock.now())
            if let deadline = slot.waiters.earliestDeadline {
                wake(live, key, at: min(deadline, next ?? deadline))
            }
            noteEnd(of: slot.waiters, live, key)
            return served
        }
        for call in served ?? [] { end(call) }
        context.bell.ring(live.table.policyID, key)
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
        let admission = try live.table.applyIfRoom(key, by: context.clock, isChange: \.isAnswer) {
            slot, now in
            if cancellation.isSet { throw CancellationError() }
            defer { noteEnd(of: slot.waiters, live, key) }
            let admission = try admit(
                live, key, request, for: span, &slot, by: caller, at: now)
            guard case .wait(let turn) = admission else { return admission }
            guard slot.waiters.count < Self.longestLine, try context.waiters.enter() else {
                let (answer, receipts) = try deny(live, key, request, &slot, by: caller, at: now)
                return .answer(answer, receipts)
            }
            slot.waiters.append(
                Waiter(
                    id: id, caller: caller, request: request, since: now, deadline: now + span,
                    resume: resume))
            live.table.waiting.insert(key)
            wake(live, key, at: min(turn, now + span))
            return admission
        }
        guard let admission else {
            let (answer, receipts) = try withoutRoom(live, key, request, by: caller)
            Receipt.afterAll(receipts) { resume($0.map { answer }) }
            return false
        }
        guard case .answer(let answer, let receipts) = admission else { return true }
        Receipt.afterAll(receipts) { resume($0.map { answer }) }
        return false
    }

    /// Looks after a call that just joined: what changed meanwhile was told to those before it.
    private func lookAgain(_ live: Live, _ key: ExactString) {
        let policy = live.rules.now.entry.identity
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
        of line: WaitingLine<Live.State.Waiter>, _ live: Live, _ key: ExactString
    ) {
        guard line.isEmpty else { return }
        live.table.waiting.remove(key)
        lineEnded(live, key)
    }

    private func end(_ call: Served<Request, Answer>) {
        context.waiters.leave()
        Receipt.afterAll(call.receipts) { durable in
            call.waiter.resume(durable.flatMap { call.result })
        }
    }
}
