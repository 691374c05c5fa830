import Resilience
import Testing

@testable import ControlPlane
@testable import Store

@Suite("State tables")
struct StateTableTests {
    private let clock = ManualClock()

    private func table(_ keyCounter: KeyCounter = KeyCounter()) -> StateTable<LimiterState> {
        StateTable(policyID: 1, keyCounter)
    }

    private func writes(_ table: StateTable<LimiterState>) -> [ExactString] {
        var keys: [ExactString] = []
        table.checkpoint(whileRoom: { true }) { keys += $0.map(\.key) }
        return keys
    }

    @Test("hand over what changed, once, and again when it was not written")
    func dirty() throws {
        let table = table()
        for key in ["a", "b"] as [ExactString] {
            try table.apply(key, by: clock) { _, _ in }
        }
        #expect(writes(table).sorted() == ["a", "b"])
        #expect(writes(table).isEmpty)
        table.markDirty(["a"])
        #expect(writes(table) == ["a"])
    }

    @Test("count a state as changed only when it is")
    func looking() throws {
        let table = table()
        try table.apply("a", by: clock) { _, _ in }
        _ = writes(table)
        _ = table.applyIfPresent("a") { $0.timerAt = .epoch }
        _ = table.applyIfPresent("none") { _ in }
        #expect(writes(table).isEmpty)
        _ = table.applyIfPresent("a") { $0.state.noteDenial(quiet: .zero, at: .epoch) }
        #expect(writes(table) == ["a"])
    }

    @Test("stop handing over when there is no room, and go on later")
    func room() throws {
        let table = table()
        for number in 0..<100 { try table.apply(ExactString("\(number)"), by: clock) { _, _ in } }
        var turns = 0
        let isDone = table.checkpoint(whileRoom: {
            turns += 1
            return turns < 3
        }) { _ in }
        #expect(!isDone)
        #expect((1..<100).contains(writes(table).count))
    }

    @Test("delete from the disk what they forget, and let others in")
    func sweeping() throws {
        let keyCounter = KeyCounter()
        let table = table(keyCounter)
        for number in 0..<20 { try table.apply(ExactString("\(number)"), by: clock) { _, _ in } }
        _ = writes(table)
        for turn in 0..<PlaneLimits.sweepTurns { table.sweep(turn: turn) { _, _ in true } }
        #expect(table.count == 0)
        var deleted = 0
        table.checkpoint(whileRoom: { true }) { deleted += $0.count { $0.state == nil } }
        #expect(deleted == 20)
    }

    @Test("are bounded in their keys over all policies, and give room back")
    func bound() throws {
        let keyCounter = KeyCounter(maximum: 5)
        for _ in 0..<4 { keyCounter.enterAnyway() }
        let table = table(keyCounter)
        try table.apply("a", by: clock) { _, _ in }
        let error = #expect(throws: PlaneError.self) {
            try table.apply("b", by: clock) { _, _ in }
        }
        #expect(error?.code == .overloaded)
        #expect(table.applyIfRoom("b", by: clock) { _, _ in 1 } == nil)
        #expect(table.applyLocked("b", at: .epoch) { _ in 1 } == nil)
        try table.apply("a", by: clock) { _, _ in }
        for turn in 0..<PlaneLimits.sweepTurns { table.sweep(turn: turn) { _, _ in true } }
        try table.apply("b", by: clock) { _, _ in }
    }

    @Test("list keys by their bytes from any place")
    func keys() throws {
        let table = table()
        let names = (0..<300).map { ExactString("k\($0)") }
        for name in names { try table.apply(name, by: clock) { _, _ in } }
        var found: [ExactString] = []
        while true {
            let page = table.keys(after: found.last, limit: 7) { _, _ in false }
            if page.isEmpty { break }
            found += page
        }
        #expect(found == names.sorted())
    }
}
