import Resilience
import Testing

@testable import ControlPlane

@Suite("Lines of guards that a part denies")
struct BlockedLinesTests {
    private typealias Part = BlockedLines.Part
    private typealias Line = BlockedLines.Line
    private typealias Obstacle = BlockedLines.Obstacle

    private static func line(_ name: String) -> Line {
        Line(policyID: 9, key: ExactString(name))
    }

    private static let full = Part(policyID: 1, key: "")
    private static let empty = Part(policyID: 2, key: "k")

    private static func names(_ lines: inout BlockedLines, at part: Part) -> [String] {
        var names: [String] = []
        while let line = lines.popFirst(at: part) { names.append(line.key.text) }
        return names
    }

    @Test("are tried first come first, those that take less before those that take more")
    func order() {
        var lines = BlockedLines()
        for (name, arrival, cost) in [("c", 3, 0), ("a", 1, 0), ("d", 0, 5), ("b", 2, 0)] {
            let obstacle = Obstacle(part: Self.full, cost: Int64(cost), soonest: nil)
            lines.put(Self.line(name), arrival: UInt64(arrival), at: [obstacle])
        }
        #expect(lines.count == 4)
        #expect(Self.names(&lines, at: Self.full) == ["a", "b", "c", "d"])
        #expect(lines.count == 0 && lines.parts(of: 1).isEmpty)
    }

    @Test("stand at the part that denies them for longest, and are known to be denied by all")
    func longest() {
        var lines = BlockedLines()
        let slot = Obstacle(part: Self.full, cost: 0, soonest: nil)
        let token = Obstacle(part: Self.empty, cost: 1, soonest: Instant(milliseconds: 5))
        lines.put(Self.line("a"), arrival: 1, at: [slot, token])
        #expect(lines.isDenied(Self.line("a"), by: Self.full))
        #expect(lines.isDenied(Self.line("a"), by: Self.empty))
        #expect(Self.names(&lines, at: Self.full) == [])
        lines.put(Self.line("a"), arrival: 1, at: [slot])
        #expect(!lines.isDenied(Self.line("a"), by: Self.empty))
        #expect(Self.names(&lines, at: Self.empty) == [])
        #expect(Self.names(&lines, at: Self.full) == ["a"])
        #expect(!lines.isDenied(Self.line("a"), by: Self.full))
    }

    @Test("keep nothing of those that have moved on or ended")
    func moving() {
        var lines = BlockedLines()
        let parts = [Self.full, Self.empty]
        for round in 0..<10_000 {
            for (index, part) in parts.enumerated() {
                let obstacle = Obstacle(part: parts[(round + index) % 2], cost: 0, soonest: nil)
                lines.put(Self.line("\(part.policyID)"), arrival: UInt64(index), at: [obstacle])
            }
        }
        #expect(lines.count == 2)
        #expect(lines.entryCount < 200)
        lines.remove(Self.line("1"))
        lines.remove(Self.line("2"))
        #expect(lines.count == 0 && lines.entryCount == 0)
    }
}
