import Synchronization
import Resilience

/// Calls that wait for all parts of a guard, those with the same keys in the order they came.
extension Guards {
    func admit(
        _ live: Live, _ request: GuardRequest, for span: Timespan, _ slot: inout Slot,
        _ turn: Turn<Guards>, by caller: Caller
    ) throws -> Admission<Guards, GuardAnswer> {
        let keys = try GuardKeys(turn.version, request.attributes, among: context.kinds)
        // Those ahead know already what stands in the way.
        let line =
            !slot.hasWaiters ? line(live, turn.key, context.waiters.nextID()) : nil
        return try attempt(
            live, turn.version, keys, request, behind: slot.waiters.map(\.request.cost),
            until: turn.now + span, standing: line, by: caller)
    }

    func withoutRoom(
        _ live: Live, _ key: ExactString, _ request: GuardRequest, by caller: Caller
    ) throws -> (answer: GuardAnswer, commits: [PendingCommit]) {
        let version = live.version
        let keys = try GuardKeys(version, request.attributes, among: context.kinds)
        return try decide(live, version, keys, request, behind: [], by: caller)
    }

    func deny(
        _ live: Live, _ request: GuardRequest, _ slot: inout Slot, _ turn: Turn<Guards>,
        by caller: Caller
    ) throws -> Admission<Guards, GuardAnswer> {
        let keys = try GuardKeys(turn.version, request.attributes, among: context.kinds)
        return try attempt(
            live, turn.version, keys, request, behind: slot.waiters.map(\.request.cost),
            until: nil, by: caller)
    }

    func serve(
        _ live: Live, _ slot: inout Slot, _ turn: Turn<Guards>
    ) -> (served: [Served<Guards, GuardRequest, GuardAnswer>], next: Instant?) {
        let now = turn.now
        var served: [Served<Guards, GuardRequest, GuardAnswer>] = []
        while let first = slot.waiters.first,
            let answered = retry(first, live, line(live, turn.key, first.id), behind: [], at: now)
        {
            slot.waiters.removeFirst()
            served.append(answered)
        }
        guard let deadline = slot.waiters.earliestDeadline, deadline <= now else {
            return (served, nil)
        }
        var ahead: [Int64] = []
        for waiter in Array(slot.waiters) {
            if waiter.deadline <= now,
                let answered = retry(waiter, live, nil, behind: ahead, at: now)
            {
                slot.waiters.remove(id: waiter.id)
                served.append(answered)
            } else {
                ahead.append(waiter.request.cost)
            }
        }
        return (served, nil)
    }

    func lineEnded(_ live: Live, _ key: ExactString) {
        let line = BlockedLines.Line(policyID: live.id, key: key)
        blocked.withLock { $0.remove(line) }
    }

    /// Asks the parts anew for a call that waits; nil where it waits on.
    private func retry(
        _ waiter: GuardState.Waiter, _ live: Live, _ line: StandingLine?,
        behind ahead: [Int64], at now: Instant
    ) -> Served<Guards, GuardRequest, GuardAnswer>? {
        retrials.add(1, ordering: .relaxed)
        let version = live.version
        do {
            let keys = try GuardKeys(version, waiter.request.attributes, among: context.kinds)
            let admission = try attempt(
                live, version, keys, waiter.request, behind: ahead,
                until: version.mode == .enforce ? waiter.deadline : now, standing: line,
                waited: now - waiter.since, by: waiter.caller)
            guard case .answer(let answer, let effects, let commits) = admission else {
                return nil
            }
            return Served(
                waiter: waiter, result: .success(answer), effects: effects, commits: commits)
        } catch {
            return Served(waiter: waiter, result: .failure(error))
        }
    }

    /// A line, and when its first call came, as a number that grows.
    typealias StandingLine = (line: BlockedLines.Line, arrival: UInt64)

    private func line(_ live: Live, _ key: ExactString, _ arrival: UInt64) -> StandingLine {
        (BlockedLines.Line(policyID: live.id, key: key), arrival)
    }

    /// Has a line stand where its first call was just denied. Called with the locks of the parts
    /// held, so that no change of theirs is missed.
    func stand(_ line: StandingLine, at obstacles: [BlockedLines.Obstacle]) {
        blocked.withLock { $0.put(line.line, arrival: line.arrival, at: obstacles) }
        for obstacle in obstacles {
            guard let soonest = obstacle.soonest else { continue }
            let part = obstacle.part
            let timer = Timers.Key(
                policyID: part.policyID, key: part.key, purpose: .guardLines)
            context.timers.schedule(timer, at: soonest, keepingEarlier: true) { [weak self] _ in
                self?.tryLines(at: part)
            }
        }
    }

    /// Looks after the calls that wait for a part that changed, with one key or with all.
    func partChanged(_ policyID: Int64, _ key: ExactString?) {
        guard context.waiters.isAnyone else { return }
        if let key { return tryLines(at: BlockedLines.Part(policyID: policyID, key: key)) }
        for part in blocked.withLock({ $0.parts(of: policyID) }) { tryLines(at: part) }
    }

    /// Tries the lines that stand at a part, up to the first that it denies.
    private func tryLines(at part: BlockedLines.Part) {
        while let line = blocked.withLock({ $0.popFirst(at: part) }) {
            guard let live = live.find(id: line.policyID) else { continue }
            pump(live, line.key)
            if blocked.withLock({ $0.isDenied(line, by: part) }) { return }
        }
    }
}

extension Timers.Purpose {
    /// A part may allow a call that it denied.
    fileprivate static let guardLines = Timers.Purpose(name: "lines")
}
