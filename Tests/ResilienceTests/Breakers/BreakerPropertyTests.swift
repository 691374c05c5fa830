import TestSupport
import Testing

@testable import Resilience

@Suite("Breaker, over random histories")
struct BreakerPropertyTests {
    private static func policy(
        _ type: BreakerWindowType, _ random: inout SplitMix64
    ) -> BreakerPolicy {
        func pick(_ range: ClosedRange<Int64>) -> Int64 { .random(in: range, using: &random) }
        func odds() -> Bool { random.next() % 2 == 0 }
        var policy = BreakerPolicy()
        policy.window = BreakerWindowSpec()
        policy.window.type = type
        if type == .count { policy.window.size = pick(1...30) }
        if type == .time {
            policy.window.duration = .milliseconds([10, 15, 1000, 999][Int(pick(0...3))])
        }
        if type != .consecutive {
            policy.minimumCalls = pick(1...min(6, policy.window.size ?? 6))
            policy.failureRateThreshold = [0.1, 0.3, 0.5, 0.7, 1][Int(pick(0...4))]
            policy.slowCallRateThreshold = [0.2, 0.6, 1][Int(pick(0...2))]
        }
        if odds() { policy.failureThreshold = pick(1...8) }
        if odds() { policy.slowCallDuration = .milliseconds(50) }
        policy.openDuration = .milliseconds(pick(1...300))
        policy.openMultiplier = Double(pick(1...3))
        policy.maximumOpenDuration = .milliseconds(policy.openDuration.milliseconds * 5)
        policy.halfOpenPermits = pick(1...4)
        policy.successThreshold = pick(1...5)
        policy.probeTimeout = .milliseconds(pick(1...200))
        policy.minimumReporters = odds() ? 1 : pick(2...4)
        policy.fillDependentDefaults()
        return policy
    }

    @Test(
        "each window answers as the list of all outcomes, recounted",
        arguments: BreakerWindowType.allCases, 1...25 as ClosedRange<UInt64>)
    func againstTheNaive(type: BreakerWindowType, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let policy = Self.policy(type, &random)
        var naive = NaiveBreaker(policy)
        var ms: Int64 = .random(in: 0...1_800_000_000_000, using: &random)
        var state = BreakerState(at: Instant(milliseconds: ms))
        var permits: [BreakerPermit] = []
        let place: Comment = "\(type), seed \(seed)"
        for _ in 0..<500 {
            ms += random.next() % 3 == 0 ? 0 : .random(in: 0...60, using: &random)
            if random.next() % 50 == 0 { ms += .random(in: 0...1500, using: &random) }
            if random.next() % 5 == 0 { state = try state.restarted() }
            let call = NaiveBreaker.Outcome(
                ms: ms, isFailure: random.next() % 3 == 0, isSlow: random.next() % 4 == 0,
                reporter: String(random.next() % 5))
            switch random.next() % 5 {
            case 0:
                let id = random.next()
                let now = Instant(milliseconds: ms)
                let decision = state.acquire(policy, probe: id, at: now)
                #expect(decision.isAllowed == naive.acquire(id, at: ms), place)
                if decision.permit.probe != nil { permits.append(decision.permit) }
            case 1 where !permits.isEmpty:
                let permit = permits.remove(at: Int(random.next() % UInt64(permits.count)))
                tell(call, of: permit, &state, &naive, place)
            default: tell(call, of: nil, &state, &naive, place)
            }
            #expect(state.position == naive.position, place)
            if naive.position == .closed { compare(state, naive, at: ms, place) }
        }
    }

    /// Tells an outcome to both, of a probe or of a call that was made without asking.
    private func tell(
        _ call: NaiveBreaker.Outcome, of permit: BreakerPermit?, _ state: inout BreakerState,
        _ naive: inout NaiveBreaker, _ place: Comment
    ) {
        let now = Instant(milliseconds: call.ms)
        let outcome: Outcome = call.isFailure ? .failure : .success
        let duration = Timespan.milliseconds(call.isSlow ? 51 : 50)
        if let permit {
            let answer = state.settle(permit, outcome, duration: duration, naive.policy, at: now)
            #expect(answer.isCounted == naive.settle(permit.probe ?? 0, call), place)
        } else {
            let answer = state.record(
                outcome, duration: duration, reporter: call.reporter, naive.policy, at: now)
            #expect(answer.isCounted == naive.record(call), place)
        }
    }

    private func compare(
        _ state: BreakerState, _ naive: NaiveBreaker, at ms: Int64, _ place: Comment
    ) {
        let figures = state.view(naive.policy, at: Instant(milliseconds: ms)).figures
        let isRow = naive.policy.window.type == .consecutive
        let calls = isRow ? naive.outcomes : naive.window(at: ms)
        let failures = calls.count(where: \.isFailure)
        #expect(figures.counts.total == calls.count, place)
        #expect(figures.counts.failures == failures, place)
        let slow = naive.policy.slowCallDuration == nil ? 0 : calls.count(where: \.isSlow)
        #expect(figures.counts.slow == slow, place)
        let row = naive.outcomes.reversed().prefix(while: \.isFailure).count
        #expect(figures.consecutiveFailures == row, place)
        if let rate = figures.failureRate {
            #expect((0...1).contains(rate), place)
            #expect(rate == Double(failures) / Double(calls.count), place)
        }
    }

    @Test(
        "advancing time in between changes nothing", arguments: 1...20 as ClosedRange<UInt64>)
    func advancing(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var policy = Self.policy(.time, &random)
        policy.automaticHalfOpen = seed % 2 == 0
        var (often, seldom) = (BreakerState(at: .epoch), BreakerState(at: .epoch))
        var ms: Int64 = 0
        for _ in 0..<300 {
            let pause = Int64.random(in: 0...150, using: &random)
            for step in 0..<pause where step % 7 == 0 {
                _ = often.advance(policy, to: Instant(milliseconds: ms + step))
            }
            ms += pause
            let now = Instant(milliseconds: ms)
            let id = random.next()
            if random.next() % 3 == 0 {
                let decision = often.acquire(policy, probe: id, at: now)
                let other = seldom.acquire(policy, probe: id, at: now)
                #expect(decision.denial == other.denial, "seed \(seed)")
                #expect(decision.permit == other.permit, "seed \(seed)")
            } else {
                let outcome: Outcome = id % 2 == 0 ? .failure : .success
                let answer = often.record(outcome, reporter: String(id % 5), policy, at: now)
                let other = seldom.record(outcome, reporter: String(id % 5), policy, at: now)
                #expect(answer.reason == other.reason, "seed \(seed)")
            }
            #expect(often == seldom, "seed \(seed)")
        }
    }
}
