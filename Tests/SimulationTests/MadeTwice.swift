import Resilience
import TestSupport
import Testing

@testable import ControlPlane

/// Holds what guards ask of their parts, and what calls that wait are told, to the same answer,
/// state and effects when it is found out twice of the same state. What is asked by itself the
/// engine of the tests makes twice.
struct MadeTwice {
    static let caller = Caller(actor: "sim")

    let plane: Plane
    /// How much was compared.
    private(set) var compared = 0

    init(_ plane: Plane) { self.plane = plane }

    /// Asks all policies about all keys that have a state.
    mutating func hold() throws {
        for kind in plane.context.kinds.all {
            if let kind = kind as? any GuardedKind { try holdParts(kind) }
            // What a guard tells who waits is what its parts tell.
            if !(kind is Guards), let kind = kind as? any WaitingKind { holdLines(kind) }
        }
    }

    private mutating func holdParts<Kind: GuardedKind>(_ kind: Kind) throws {
        try forEachSlot(kind) { live, slot, turn in
            for (cost, ahead) in [(1, []), (3, [1, 2])] as [(Int64, [Int64])] {
                let call = PartCall(key: turn.key, cost: cost, reporter: "r", id: 7)
                let asked = try compare(slot) {
                    try Kind.ask(call, &$0, behind: ahead, live.id, turn, by: Self.caller)
                }
                let reply = Kind.foresee(call, slot, behind: ahead, turn) ?? asked.reply
                try compare(slot) { try Kind.unchanged(reply, call, $0, turn) }
                guard reply.refusal != nil else { continue }
                try compare(slot) {
                    try Kind.refuse(
                        reply, call, &$0, behind: ahead, live.id, turn, by: Self.caller)
                }
            }
        }
    }

    private mutating func holdLines<Kind: WaitingKind>(_ kind: Kind) {
        forEachSlot(kind) { live, slot, turn in
            compare(slot) { kind.serve(live, &$0, turn) }
            compare(slot) { Kind.advance(&$0.state, turn) }
        }
    }

    private func forEachSlot<Kind: PolicyKind>(
        _ kind: Kind, _ body: (Kind.Live, Kind.Slot, Turn<Kind>) throws -> Void
    ) rethrows {
        for live in kind.live.all {
            for key in live.table.allKeys {
                guard let slot = live.table.slot(of: key) else { continue }
                try body(live, slot, kind.turn(live, key, at: plane.now))
            }
        }
    }

    /// Makes a change of two copies of a state.
    ///
    /// - Returns: What it came to.
    @discardableResult
    private mutating func compare<Slot, Made>(
        _ slot: Slot, _ make: (inout Slot) throws -> Made
    ) rethrows -> Made {
        var (first, second, lines) = (slot, slot, ["", ""])
        let made = try make(&first)
        dump((made, first), to: &lines[0])
        dump((try make(&second), second), to: &lines[1])
        #expect(lines[0] == lines[1])
        compared += 1
        return made
    }
}
