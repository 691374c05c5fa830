import Resilience
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane

@Suite("Timers")
struct TimersTests {
    private func key(_ policyID: Int64, _ key: ExactString) -> Timers.Key {
        Timers.Key(policyID: policyID, key: key, purpose: .waiters)
    }

    private func seconds(_ number: Int) -> Instant { .epoch + .seconds(Int64(number)) }

    @Test("fire in the order of time, and of scheduling where that is the same")
    func order() {
        let timers = Timers()
        let fired = Mutex<[String]>([])
        for (name, second) in [("c", 2), ("a", 1), ("d", 2), ("b", 1)] {
            timers.schedule(key(1, ExactString(name)), at: seconds(second)) { _ in
                fired.withLock { $0.append(name) }
            }
        }
        // Scheduled anew, it comes after the others of its time.
        timers.schedule(key(1, "a"), at: seconds(1)) { _ in fired.withLock { $0.append("a again") }
        }
        timers.fire(upTo: seconds(1))
        #expect(fired.withLock(\.self) == ["b", "a again"] && timers.count == 2)
        timers.fire(upTo: seconds(9))
        #expect(fired.withLock(\.self) == ["b", "a again", "c", "d"] && timers.count == 0)
    }

    @Test("keep the earlier of two, where that is asked for")
    func earlier() {
        let timers = Timers()
        let fired = Mutex<[Int]>([])
        for second in [5, 7, 3, 4] {
            timers.schedule(key(1, "k"), at: seconds(second), keepingEarlier: true) { _ in
                fired.withLock { $0.append(second) }
            }
        }
        #expect(timers.count == 1)
        timers.fire(upTo: seconds(9))
        #expect(fired.withLock(\.self) == [3])
    }

    /// What a timer is expected to be, in the order of scheduling.
    private struct Expected {
        var at: Int
        var order: Int
    }

    @Test("are those scheduled last and not cancelled", arguments: 1...8 as ClosedRange<UInt64>)
    func againstTheNaive(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let timers = Timers()
        let fired = Mutex<[Int]>([])
        var naive: [Timers.Key: Expected] = [:]
        var now = 0
        for step in 0..<3000 {
            let policyID = Int64.random(in: 1...3, using: &random)
            let key = key(policyID, ExactString("\(Int.random(in: 0..<60, using: &random))"))
            let at = now + Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<3:
                timers.cancelAll(of: policyID)
                naive = naive.filter { $0.key.policyID != policyID }
            case 3..<20:
                now += Int.random(in: 0..<4, using: &random)
                let due = naive.filter { $0.value.at <= now }
                for timer in due.keys { naive[timer] = nil }
                timers.fire(upTo: seconds(now))
                let expected = due.values.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
                #expect(fired.withLock(\.self) == expected.map(\.order), "seed \(seed)")
                fired.withLock { $0 = [] }
            case let choice:
                let keepingEarlier = choice.isMultiple(of: 2)
                timers.schedule(key, at: seconds(at), keepingEarlier: keepingEarlier) { _ in
                    fired.withLock { $0.append(step) }
                }
                if keepingEarlier, let present = naive[key], present.at <= at { break }
                naive[key] = Expected(at: at, order: step)
            }
            #expect(timers.count == naive.count, "seed \(seed)")
        }
    }

    @Test("of one policy are cancelled without a look at those of others")
    func cancelling() {
        let timers = Timers()
        let others = 20_000
        for number in 0..<others {
            timers.schedule(key(1, ExactString("\(number)")), at: seconds(number)) { _ in }
        }
        for number in 0..<600 {
            timers.schedule(key(2, ExactString("\(number)")), at: seconds(number)) { _ in }
        }
        let before = timers.steps
        timers.cancelAll(of: 2)
        #expect(timers.count == others)
        // Each moves at most the timers on one way up and down the heap, of fifteen levels.
        #expect(timers.steps - before <= 600 * 32)
        timers.cancelAll(of: 2)
        timers.cancelAll(of: 3)
        #expect(timers.count == others)
    }
}
