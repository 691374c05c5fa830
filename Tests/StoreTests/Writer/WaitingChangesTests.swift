import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Changes that wait")
struct WaitingChangesTests {
    private static let heaviest = 1200

    @Test("leave in bounded batches, each once, and only past levels", arguments: 1...20)
    func randomBatches(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var waiting = WaitingChanges()
        var lanes: [Int64: Lane] = [:]
        var written: [Int64] = []
        var overtaken = 0
        while written.count < 500 {
            for _ in 0..<Int.random(in: 0...60, using: &random) where lanes.count < 500 {
                // More than a commit takes of either lane.
                let lane = random.next() % 4 > 0 ? Lane.awaited : .deferred
                let heaviest = lane == .awaited ? Self.heaviest : 400
                let weight = Int.random(in: 1...heaviest, using: &random)
                let isTaken = waiting.add(.event("e"), weighing: weight, in: lane, done: nil)
                if isTaken { lanes[Int64(lanes.count + 1)] = lane }
            }
            let isInOrder = Int.random(in: 0..<8, using: &random) == 0
            let batch = waiting.nextBatch(isInOrder: isInOrder)
            let numbers = batch.changes.map(\.number)
            #expect(numbers == numbers.sorted())
            let weights = Lane.allCases.map { lane in
                batch.changes.reduce(0) { $0 + (lanes[$1.number] == lane ? $1.weight : 0) }
            }
            #expect(weights.reduce(0, +) < WaitingChanges.maximumBatch + 2 * Self.heaviest)
            if !isInOrder { #expect(weights[1] < WaitingChanges.maximumLevels + 400) }
            written += numbers
            let left = Set(lanes.keys).subtracting(written)
            #expect(batch.oldestWaiting == left.min())
            #expect(batch.changes.isEmpty || !lanes.isEmpty)
            for number in numbers {
                let older = left.filter { $0 < number }
                #expect(older.allSatisfy { lanes[$0] == .deferred && lanes[number] == .awaited })
                if isInOrder { #expect(older.isEmpty) }
                overtaken += older.count
            }
        }
        #expect(written.count == Set(written).count && waiting.weight == 0)
        #expect(overtaken > 0)
    }

    @Test("of a lane get their part of each batch, however much of the other there is")
    func shares() {
        var waiting = WaitingChanges()
        _ = waiting.add(.event("level"), weighing: 5000, in: .deferred, done: nil)
        _ = waiting.add(.event("level"), weighing: 5000, in: .deferred, done: nil)
        for _ in 0..<200 {
            _ = waiting.add(.event("awaited"), weighing: 500, in: .awaited, done: nil)
        }
        for number in [1, 2] as [Int64] {
            let batch = waiting.nextBatch(isInOrder: false)
            #expect(batch.changes.count == 19 && batch.changes[0].number == number)
        }
    }

    @Test("are written in order while too many newer rows must be known")
    func bound() {
        var waiting = WaitingChanges()
        var versions = RowVersions()
        for _ in 0..<40 {
            _ = waiting.add(.event("level"), weighing: 1000, in: .deferred, done: nil)
        }
        let states = (0..<500).map { number in
            StateWrite(policyID: 1, key: ExactString("k\(number)"), state: nil)
        }
        for number in 0..<110 {
            var change = Change()
            change.states = states.map {
                StateWrite(policyID: Int64(number), key: $0.key, state: nil)
            }
            _ = waiting.add(change, weighing: change.weight, in: .awaited, done: nil)
        }
        var (written, most) = (0, 0)
        while waiting.weight > 0 {
            let batch = waiting.nextBatch(isInOrder: versions.isFull)
            written += batch.changes.count
            for change in batch.changes {
                if let oldest = batch.oldestWaiting, oldest < change.number {
                    versions.note(change)
                }
            }
            versions.endTransaction(isCommitted: true)
            most = max(most, versions.count)
            versions.forget(before: batch.oldestWaiting)
        }
        #expect(written == 150 && versions.count == 0)
        #expect((RowVersions.maximum...RowVersions.maximum + 9500).contains(most))
    }

    @Test("weigh what they hold")
    func weights() {
        let text = String(repeating: "x", count: 10 * Change.bytesPerUnit)
        #expect(Change().weight == 1)
        #expect(Change.event("test.e").weight == 2)
        #expect(Change.event(text).weight == 12)
        #expect(Change.state(1, "k", nil).weight == 2)
        #expect(Change.state(1, "k", .string(text)).weight == 12)
        #expect(Change.state(1, ExactString(text), nil).weight == 12)
        #expect(Change.policy(1, "p").weight == 3)
        #expect(Change.policy(1, "p", ["spec": .string(text)]).weight == 23)
        var change = Change()
        change.settings = ["name": text, "other": ""]
        #expect(change.weight == 13)
        change = Change()
        let chunk = SettlementMarks.Chunk(
            bits: Array(repeating: 0, count: 64), expiresAt: .epoch)
        change.settlements = [SettlementWrite(place: .init(run: 1, chunk: 1), chunk: chunk)]
        #expect(change.weight == 4)
        change = Change()
        change.clearedPolicies = [1, 2]
        change.manualTime = .epoch
        #expect(change.weight == 2 * Change.clearingWeight + 2)
        change = Change()
        change.assignments = [
            .put(
                AssignmentRecord(
                    policyID: 1, key: "k", document: ["tier": .string(text)], expiresAt: nil,
                    updatedAt: .epoch, updatedBy: "ann")),
            .delete(policyID: 1, key: "k"),
        ]
        #expect(change.weight == 13)
    }
}
