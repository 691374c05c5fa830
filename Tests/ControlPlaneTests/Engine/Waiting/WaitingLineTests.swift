import Resilience
import TestSupport
import Testing

@testable import ControlPlane

@Suite("A line of calls that wait")
struct WaitingLineTests {
    private struct Call: LineMember, Equatable {
        let id: UInt64
        let deadline: Instant
    }

    @Test(
        "is the same as a list of them, whoever comes and goes", arguments: [1, 2, 3] as [UInt64])
    func sameAsList(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var line = WaitingLine<Call>()
        var list: [Call] = []
        var nextID: UInt64 = 0
        for step in 0..<6000 {
            // More come than go, and then more go than come, so that it grows and shrinks.
            let isGrowing = step % 2000 < 1000
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<(isGrowing ? 6 : 3):
                nextID += 1
                let end = Int64.random(in: 0...5000, using: &random)
                let call = Call(id: nextID, deadline: Instant(milliseconds: end))
                line.append(call)
                list.append(call)
            case 6, 7:
                #expect(line.removeFirst() == list.first)
                list = Array(list.dropFirst())
            case 8:
                let id = UInt64.random(in: 0...nextID, using: &random)
                #expect(line.remove(id: id) == list.first { $0.id == id })
                list.removeAll { $0.id == id }
            default:
                let now = Instant(milliseconds: .random(in: 0...200, using: &random))
                #expect(line.removeLate(at: now) == list.filter { $0.deadline <= now })
                list.removeAll { $0.deadline <= now }
            }
            #expect(line.first == list.first && line.count == list.count)
            #expect(line.earliestDeadline == list.map(\.deadline).min())
            if step % 100 == 0 { #expect(Array(line) == list) }
        }
    }
}
