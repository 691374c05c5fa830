import Resilience

/// How a policy of any kind is asked by a guard: see ``GuardPart``.
extension GuardedKind {
    func part(
        _ name: String, _ call: PartCall, by caller: Caller, behind ahead: [Int64],
        after earlier: [GuardPart]
    ) throws -> GuardPart {
        let live = try live.find(name)
        let same = earlier.last { $0.policyID == live.id && $0.key == call.key }
        return PolicyPart(self, live, call, by: caller, behind: ahead, after: same.map(own))
    }

    /// The part of this kind that it is.
    private func own(_ part: GuardPart) -> PolicyPart<Self> {
        // A part of another kind names that one.
        unsafeDowncast(part, to: PolicyPart<Self>.self)
    }

    func reply(of part: GuardPart) -> any GuardedReply {
        guard let reply = own(part).answer?.reply else {
            preconditionFailure("the part was not asked")
        }
        return reply
    }

    // MARK: Asking

    func ask(_ part: GuardPart, at now: Instant) throws {
        let part = own(part)
        part.note(try asked(part, at: now))
        if part.call.times > 1, part.refusal != nil { try refuseAllTimes(part) }
    }

    /// Has a part that stands in the guard several times tell when all of them would allow the
    /// call: each by itself would sooner, and might never together.
    private func refuseAllTimes(_ part: PolicyPart<Self>) throws {
        guard part.hasState, let turn = part.turn,
            let slot = part.live.table.slotLocked(of: part.key)
        else { return }
        let (call, times) = (part.call.ofAllTimes, part.call.times)
        let asked = try Self.ask(
            slot, call, behind: part.askedBehind.map { $0 * times }, part.policyID, turn,
            by: part.caller)
        if let refusal = asked.answer.reply.refusal { part.refusal = refusal }
    }

    private func asked(
        _ part: PolicyPart<Self>, at now: Instant
    ) throws -> PolicyPart<Self>.Asked {
        let (live, call, caller) = (part.live, part.call, part.caller)
        let turn = turn(live, call.key, at: now)
        guard turn.version.mode != .disabled else {
            let slot = live.table.slotLocked(of: call.key)
            return .init(turn: turn, answer: try Self.disabled(call, slot, live.id, turn))
        }
        guard live.table.enterLocked(call.key, at: now),
            var slot = live.table.slotLocked(of: call.key)
        else { return .init(turn: turn, answer: try Self.withoutRoom(call, live.id, turn)) }
        if let charged = part.earlier?.state { slot.state = charged }
        let own = try Self.ask(slot, call, behind: [], live.id, turn, by: caller)
        // Of a denial, those ahead count in when it may end, where nothing is copied to know it.
        let isDenied = own.answer.reply.refusal != nil
        guard !part.ahead.isEmpty, !isDenied || own.state == nil else { return own }
        var behind = try Self.ask(slot, call, behind: part.ahead, live.id, turn, by: caller)
        if isDenied { return behind }
        guard behind.answer.reply.refusal != nil else { return own }
        behind.own = own.answer.reply
        return behind
    }

    /// Asks with a copy of a state.
    private static func ask(
        _ slot: Slot, _ call: PartCall, behind ahead: [Int64], _ policyID: Int64,
        _ turn: Turn<Self>, by caller: Caller
    ) throws -> PolicyPart<Self>.Asked {
        if let reply = foresee(call, slot, behind: ahead, turn) {
            return .init(
                turn: turn, answer: PartAnswer(reply: reply), ahead: ahead, hasState: true)
        }
        var copy = slot
        let answer = try ask(call, &copy, behind: ahead, policyID, turn, by: caller)
        return .init(turn: turn, answer: answer, ahead: ahead, hasState: true, state: copy.state)
    }

    // MARK: What comes of it

    func keep(_ part: GuardPart) throws {
        let part = own(part)
        part.isRecorded = true
        try record(part) { slot, turn in
            if let state = part.state {
                slot.state = state
                return part.answer?.effects ?? .none
            }
            let answer = try Self.ask(
                part.call, &slot, behind: part.ahead, part.policyID, turn, by: part.caller)
            (part.charged, part.uncharged) = (answer.charged, answer.uncharged)
            part.answer = answer
            return answer.effects
        }
    }

    func refuse(_ part: GuardPart) throws {
        let part = own(part)
        part.isRecorded = true
        guard let reply = part.answer?.reply else { return }
        try record(part) { slot, turn in
            let effects = try Self.refuse(
                reply, part.call, &slot, behind: part.askedBehind, part.policyID, turn,
                by: part.caller)
            part.answer?.effects = effects
            return effects
        }
    }

    func drop(_ part: GuardPart) throws {
        let part = own(part)
        guard part.hasState, let turn = part.turn, let told = part.own ?? part.answer?.reply,
            let slot = part.live.table.slotLocked(of: part.key)
        else { return }
        let reply = try Self.unchanged(told, part.call, slot, turn)
        part.answer?.reply = reply
        part.answer?.effects = .none
    }

    func finish(_ part: GuardPart) {
        let part = own(part)
        guard part.isRecorded, let turn = part.turn, turn.version.mode != .disabled else { return }
        if !part.hasState { context.tellNoRoom(at: turn.now) }
        guard let effects = part.answer?.effects else { return }
        count(effects, part.live, part.key, at: turn.now)
    }

    func revert(of part: GuardPart) -> (@Sendable () async -> Void)? {
        let part = own(part)
        guard part.isRecorded, let reversal = part.answer?.reversal else { return nil }
        return { [self, live = part.live, key = part.key, commits = part.commits] in
            // What could not be stored of this part by itself is taken back already.
            guard (try? await PendingCommit.wait(commits)) != nil else { return }
            revert(reversal, live, key)
        }
    }

    /// Makes a change to the state that decided, if one did, with its lock held.
    private func record(
        _ part: PolicyPart<Self>, _ change: (inout Slot, Turn<Self>) throws -> Effects<Self>
    ) rethrows {
        guard part.hasState, let turn = part.turn else { return }
        let live = part.live
        let commit = try live.table.changeLocked(part.key) { slot in
            let effects = try change(&slot, turn)
            return handOver(effects, live, &slot, turn)
        }
        live.table.markDirtyLocked(part.key)
        part.commits = commit.flatMap(\.self).map { [$0] } ?? []
    }
}
