import Resilience

/// What a kind keeps of a policy that a guard asks about one call.
///
/// It is only looked into by functions of the kind, which are compiled for its types; methods of a
/// generic class would look those up at every step.
final class PolicyPart<Kind: GuardedKind>: GuardPart {
    let live: Kind.Live
    /// What calls cost that wait for the guard, first come first.
    let ahead: [Int64]
    /// The part before it that has the same state, and so is charged first.
    let earlier: PolicyPart<Kind>?
    /// What came of asking it; nil before it was asked.
    var asked: Asked?
    var commits: [PendingCommit] = []
    /// Whether what came of it was kept, or its denial recorded.
    var isRecorded = false

    /// What came of asking it.
    struct Asked {
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
        (self.live, self.ahead, self.earlier) = (live, ahead, earlier)
        super.init(
            kind, live.version.entry.identity, live.id, call, live.table.lock(of: call.key))
    }

    /// What came of asking it. Lent, not copied: there is much of it.
    var content: Asked {
        _read {
            guard asked != nil else { preconditionFailure("the part was not asked") }
            yield asked!
        }
    }
}
