import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Work on a million keys")
struct ManyKeysTests {
    private static let number = 1_000_000

    @Test("visits few entries each time that it has a lock")
    func everything() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file(), at: .epoch)
        let (keyCounter, clock) = (KeyCounter(), ManualClock())
        let table = StateTable<LimiterState>(policyID: 1, keyCounter)
        for number in 0..<Self.number {
            try table.apply(ExactString("user:\(number)"), by: clock) { _, _ in }
        }
        #expect(table.mostVisits == 0)
        var written = 0
        table.checkpoint(whileRoom: { true }) { written += $0.count }
        #expect(written == Self.number)
        #expect(table.allKeys.count == Self.number)
        for turn in 0..<PlaneLimits.sweepTurns {
            table.sweep(turn: turn) { key, _ in key.text.hasSuffix("7") }
        }
        #expect(table.count == Self.number / 10 * 9 && keyCounter.number == table.count)
        #expect(table.keys(after: nil, limit: 1000) { _, _ in false }.count == 1000)
        var change = Change()
        change.clearedPolicies = [1]
        try await table.resetAll(by: change, with: store.writer, clock).wait()
        #expect(table.count == 0 && keyCounter.number == 0)
        #expect(table.mostVisits == PlaneLimits.keysAtOnce)
    }
}
