import Resilience

/// A policy of any kind that a guard asks about one call.
final class PolicyPart<Kind: GuardedKind>: GuardPart {
    private let kind: Kind
    private let live: Kind.Live
    private let call: GuardedCall
    private let ahead: [Int64]
    /// The part before it that has the same state, and so is charged first.
    private let earlier: PolicyPart<Kind>?
    private var asked: Asked?
    private(set) var isOnlyBehind = false
    private var commits: [PendingCommit] = []
    private var isRecorded = false

    /// What came of asking it.
    private struct Asked {
        let turn: Turn<Kind>
        var answer: PartAnswer<Kind>
        /// What it says by itself, where it denies the call only for others that are ahead.
        var own: Kind.Reply?
        /// The calls that it was asked behind.
        var ahead: [Int64] = []
        /// Whether the key has a state that decides.
        var hasState = false
        /// The state with the call charged; nil where it is charged only when it is kept.
        var state: Kind.State?
    }

    init(
        _ kind: Kind, _ live: Kind.Live, _ call: GuardedCall, behind ahead: [Int64],
        after earlier: PolicyPart<Kind>?
    ) {
        (self.kind, self.live, self.call) = (kind, live, call)
        (self.ahead, self.earlier) = (ahead, earlier)
        policy = live.version.entry.identity
    }

    let policy: PolicyIdentity
    var policyID: Int64 { live.id }
    var key: ExactString { call.key }
    var cost: Int64 { call.cost }
    var lock: any OrderedLock { live.table.lock(of: key) }
    var reply: any GuardedReply { content.answer.reply }
    var charged: PermitGrant? { content.answer.charged }
    var uncharged: PermitPart? { content.answer.uncharged }

    private var content: Asked {
        guard let asked else { preconditionFailure("the part was not asked") }
        return asked
    }

    func ask(by caller: Caller, at now: Instant) throws {
        let turn = kind.turn(live, key, at: now)
        isOnlyBehind = false
        guard turn.version.mode != .disabled else {
            let slot = live.table.slotLocked(of: key)
            asked = Asked(turn: turn, answer: try Kind.rest(call, slot, policyID, turn))
            return
        }
        guard live.table.enterLocked(key, at: now), var slot = live.table.slotLocked(of: key)
        else {
            asked = Asked(turn: turn, answer: try Kind.withoutRoom(call, policyID, turn))
            return
        }
        if let charged = earlier?.asked?.state { slot.state = charged }
        let own = try ask(slot, behind: [], turn, by: caller)
        asked = own
        guard !ahead.isEmpty else { return }
        var behind = try ask(slot, behind: ahead, turn, by: caller)
        guard own.answer.reply.refusal == nil else {
            // Where it costs nothing to know, those ahead count in when it may allow the call.
            if behind.state == nil { asked = behind }
            return
        }
        guard behind.answer.reply.refusal != nil else { return }
        isOnlyBehind = true
        behind.own = own.answer.reply
        asked = behind
    }

    /// Asks it with a copy of a state.
    private func ask(
        _ slot: Kind.Slot, behind ahead: [Int64], _ turn: Turn<Kind>, by caller: Caller
    ) throws -> Asked {
        if let reply = Kind.foresee(call, slot, behind: ahead, turn) {
            return Asked(
                turn: turn, answer: PartAnswer(reply: reply), ahead: ahead, hasState: true)
        }
        var copy = slot
        let answer = try Kind.ask(call, &copy, behind: ahead, policyID, turn, by: caller)
        return Asked(
            turn: turn, answer: answer, ahead: ahead, hasState: true, state: copy.state)
    }

    func keep(by caller: Caller) throws -> [PendingCommit] {
        isRecorded = true
        guard content.hasState else { return [] }
        let turn = content.turn
        return try record { slot in
            if let state = content.state {
                slot.state = state
                return content.answer.effects
            }
            let answer = try Kind.ask(call, &slot, behind: ahead, policyID, turn, by: caller)
            asked?.answer = answer
            return answer.effects
        }
    }

    func refuse(by caller: Caller) throws -> [PendingCommit] {
        isRecorded = true
        guard content.hasState else { return [] }
        let (reply, turn, ahead) = (content.answer.reply, content.turn, content.ahead)
        return try record { slot in
            let effects = try Kind.refuse(
                reply, call, &slot, behind: ahead, policyID, turn, by: caller)
            asked?.answer.effects = effects
            return effects
        }
    }

    func drop() throws {
        guard content.hasState, let slot = live.table.slotLocked(of: key) else { return }
        let told = content.own ?? content.answer.reply
        let reply = try Kind.unchanged(told, call, slot, content.turn)
        asked?.answer.reply = reply
        asked?.answer.effects = .none
    }

    func finish() {
        guard isRecorded, content.turn.version.mode != .disabled else { return }
        if !content.hasState { kind.context.tellNoRoom(at: content.turn.now) }
        kind.count(content.answer.effects, live, key, at: content.turn.now)
    }

    var revert: (@Sendable () async -> Void)? {
        guard isRecorded, let reversal = content.answer.reversal else { return nil }
        return { [kind, live, key, commits] in
            // What could not be stored of this part by itself is taken back already.
            guard (try? await PendingCommit.wait(commits)) != nil else { return }
            kind.revert(reversal, live, key)
        }
    }

    /// Makes a change to the state, with its lock held.
    private func record(_ change: (inout Kind.Slot) throws -> Effects<Kind>) rethrows
        -> [PendingCommit]
    {
        let commit = try live.table.changeLocked(key) { slot in
            let effects = try change(&slot)
            return kind.handOver(effects, live, &slot, content.turn)
        }
        live.table.markDirtyLocked(key)
        commits = commit.flatMap(\.self).map { [$0] } ?? []
        return commits
    }
}
