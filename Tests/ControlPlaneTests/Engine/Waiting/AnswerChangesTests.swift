import Synchronization
import Testing

@testable import ControlPlane

@Suite("Telling those who wait that a policy's answer may have changed")
struct AnswerChangesTests {
    /// How deep the stack was, at the first and at the last time that somebody was told.
    private final class Depths: Sendable {
        private let addresses = Mutex<(first: UInt, last: UInt, count: Int)>((0, 0, 0))

        func note(_ address: UInt) {
            addresses.withLock { depths in
                if depths.count == 0 { depths.first = address }
                depths.last = address
                depths.count += 1
            }
        }

        var figures: (first: UInt, last: UInt, count: Int) { addresses.withLock { $0 } }
    }

    @Test("takes as much of the stack at the 300,000th time as at the first")
    func steadyDepth() {
        let (changes, depths) = (AnswerChanges(), Depths())
        changes.listen { policyID, _ in
            withUnsafePointer(to: policyID) { depths.note(UInt(bitPattern: $0)) }
        }
        for policyID in Int64(0)..<300_000 { changes.notify(policyID) }
        let (first, last, count) = depths.figures
        #expect(count == 300_000)
        #expect(first == last)
    }
}
