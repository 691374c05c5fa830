import TestSupport
import Testing

@testable import Resilience

@Suite("Retry budget")
struct RetryBudgetTests {
    /// One thing that is done, and what must come of it.
    private enum Step {
        /// Goes on to so many milliseconds after the epoch.
        case at(Int64)
        /// So many first attempts.
        case first(Int64)
        /// So many retries are asked for; so many are granted.
        case ask(Int, granted: Int)
        /// First attempts, retries, and how many retries may be granted.
        case shows(Int64, Int64, Int64)
        /// Goes on with another budget.
        case budget(JSONValue)
    }

    private struct Script: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let budget: JSONValue
        let steps: [Step]

        init(_ sentence: String, _ budget: JSONValue, _ steps: [Step]) {
            (testDescription, self.budget, self.steps) = (sentence, budget, steps)
        }
    }

    private static func budget(_ spec: JSONValue) throws -> RetryBudgetSpec {
        var reader = SpecReader()
        let budget = reader.read(RetryBudgetSpec.self, from: spec)
        return try #require(budget, "\(reader.faults)")
    }

    private static let scripts = [
        Script(
            "a quiet service has what is granted each second, over the whole window", [:],
            [
                .shows(0, 0, 100), .ask(101, granted: 100), .shows(0, 100, 100),
                // The tenth slice after the first is the first in which those count no more.
                .at(9999), .ask(1, granted: 0), .at(10_000), .shows(0, 0, 100),
                .ask(101, granted: 100),
            ]),
        Script(
            "first attempts pay for a part of a retry each",
            ["ratio": 0.2, "min_per_second": 0],
            [
                .ask(1, granted: 0), .first(4), .ask(1, granted: 0), .first(1),
                .ask(2, granted: 1), .first(10), .ask(3, granted: 2), .shows(15, 3, 3),
            ]),
        Script(
            "both kinds add up, and what is left of a retry does too",
            ["ratio": 0.5, "min_per_second": 0.05, "window_ms": 10_000],
            [
                // Half a retry from the floor, and half from one attempt.
                .ask(1, granted: 0), .first(1), .shows(1, 0, 1), .ask(2, granted: 1),
            ]),
        Script(
            "what leaves the window takes its retries along, slice by slice",
            ["ratio": 1, "min_per_second": 0, "window_ms": 1000],
            [
                .at(50), .first(3), .at(150), .first(2), .ask(9, granted: 5),
                .at(950), .ask(1, granted: 0), .shows(5, 5, 5),
                // The first slice is gone, and with it three attempts, but no retry.
                .at(1000), .shows(2, 5, 2), .ask(1, granted: 0), .first(4),
                .ask(2, granted: 1), .at(1100), .shows(4, 1, 4), .ask(9, granted: 3),
            ]),
        Script(
            "a changed ratio judges what was counted; another length begins anew",
            ["ratio": 0.1, "min_per_second": 0],
            [
                .first(10), .ask(2, granted: 1),
                .budget(["ratio": 0.5, "min_per_second": 0]), .shows(10, 1, 5),
                .ask(9, granted: 4), .budget(["ratio": 0.1, "min_per_second": 0]),
                .shows(10, 5, 1), .ask(1, granted: 0),
                .budget(["ratio": 0.1, "min_per_second": 0, "window_ms": 20_000]),
                .shows(0, 0, 0), .ask(1, granted: 0), .first(10), .ask(2, granted: 1),
            ]),
        Script(
            "where the clock is set back, what was counted since counts in the present slice",
            ["ratio": 1, "min_per_second": 0, "window_ms": 1000],
            [
                .at(5000), .first(2), .ask(1, granted: 1), .at(1000), .shows(2, 1, 2),
                .ask(2, granted: 1), .at(1999), .shows(2, 2, 2), .at(2000), .shows(0, 0, 0),
            ]),
    ]

    @Test("grants what it has", arguments: scripts, [false, true])
    private func script(_ script: Script, restarts: Bool) throws {
        var budget = try Self.budget(script.budget)
        var now = Instant.epoch
        var state = RetryBudgetState(at: now)
        for (index, step) in script.steps.enumerated() {
            if restarts { state = try #require(RetryBudgetState(snapshot: state.snapshot)) }
            switch step {
            case .at(let milliseconds): now = Instant(milliseconds: milliseconds)
            case .first(let count): state.note(firstAttempts: count, budget, at: now)
            case .ask(let count, let granted):
                let answers = (0..<count).map { _ in state.grant(budget, at: now) }
                #expect(answers.filter { $0 }.count == granted, "step \(index)")
            case .shows(let firstAttempts, let retries, let allowed):
                let view = RetryBudgetView(
                    firstAttempts: firstAttempts, retries: retries, allowed: allowed)
                #expect(state.view(budget, at: now) == view, "step \(index)")
                #expect(view.remaining == max(0, allowed - retries))
            case .budget(let spec): budget = try Self.budget(spec)
            }
        }
    }

    @Test(
        "so many first attempts pay for exactly so many retries",
        arguments: [
            (0.01, 10_000, 100), (0.1, 10_000, 1000), (0.2, 10_000, 2000), (0.25, 10_000, 2500),
            (0.5, 10_000, 5000), (0.75, 10_000, 7500), (1, 10_000, 10_000), (0, 10_000, 1),
            // As doubles these products are a little less than what they are.
            (0.29, 100, 29), (0.57, 100, 57), (0.07, 100, 7), (0.000_000_001, 1_000_000_000, 1),
            (1, 1 << 50, 1 << 50),
        ] as [(Double, Int64, Int64)])
    func exact(ratio: Double, firstAttempts: Int64, expected: Int64) throws {
        let floor: JSONValue = ratio == 0 ? 1 : 0
        let spec: JSONValue = [
            "ratio": .number(ratio), "min_per_second": floor, "window_ms": 1000,
        ]
        #expect(try Self.budget(spec).retries(per: firstAttempts) == expected)
    }

    @Test("never grants more than its rule, whatever comes in which order", arguments: 1...20)
    func property(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let spec: JSONValue = [
            "ratio": .number(Double(Int.random(in: 0...10, using: &random)) / 10),
            "min_per_second": .integer(Int64.random(in: 1...5, using: &random)),
            "window_ms": 1000,
        ]
        let budget = try Self.budget(spec)
        var state = RetryBudgetState(at: .epoch)
        var history: [(at: Int64, isRetry: Bool)] = []
        var now: Int64 = 0
        for _ in 0..<2000 {
            now += Int64.random(in: 0...40, using: &random)
            let isRetry = random.next() % 3 == 0
            if !isRetry {
                state.note(budget, at: Instant(milliseconds: now))
                history.append((now, false))
            }
            // The window of ten slices of 100 ms that holds now.
            let held = history.filter { $0.at / 100 > now / 100 - 10 }
            let firstAttempts = held.count { !$0.isRetry }
            let ratio = Int64((budget.ratio * 10).rounded())
            let allowed = (ratio * Int64(firstAttempts) + 10 * Int64(budget.minimumPerSecond)) / 10
            guard isRetry else { continue }
            let isGranted = state.grant(budget, at: Instant(milliseconds: now))
            #expect(isGranted == (held.count - firstAttempts < allowed), "seed \(seed) at \(now)")
            if isGranted { history.append((now, true)) }
        }
    }

    @Test("is as new once its window is empty and no run of denials is under way")
    func fresh() throws {
        let budget = try Self.budget([:])
        var state = RetryBudgetState(at: .epoch)
        #expect(state.isFresh(budget, at: .epoch))
        state.note(budget, at: .epoch)
        #expect(!state.isFresh(budget, at: .epoch))
        #expect(state.isFresh(nil, at: .epoch))
        #expect(state.isFresh(budget, at: Instant(milliseconds: 10_000)))
        _ = state.noteDenial(quiet: DenialEpisode.usualQuiet, at: .epoch)
        #expect(!state.isFresh(budget, at: Instant(milliseconds: 10_000)))
        #expect(!state.isFresh(nil, at: .epoch))
        #expect(RetryBudgetState(snapshot: state.snapshot) == state)
        #expect(RetryBudgetState(snapshot: []) == nil)
        #expect(RetryBudgetState(snapshot: ["duration": 0, "slices": []]) == nil)
        #expect(RetryBudgetState(snapshot: ["episode": 1]) == nil)
    }

    @Test("a retry is counted only when nothing else speaks against it, and refused last")
    func decisions() throws {
        let policy = try RetryPolicy.parsed(
            #"{"jitter":"none","budget":{"ratio":0,"min_per_second":1,"window_ms":1000}}"#)
        var state = RetryBudgetState(at: .epoch)
        let decide = { (failed: FailedAttempt, state: inout RetryBudgetState) in
            policy.decide(failed, random: 0.5, budget: &state, at: .epoch).reason
        }
        #expect(decide(FailedAttempt(1, status: 400), &state) == .notRetryable)
        #expect(decide(FailedAttempt(3, status: 503), &state) == .exhausted)
        #expect(decide(FailedAttempt(1, status: 503), &state) == .retryable)
        let refused = policy.decide(
            FailedAttempt(1, status: 503), random: 0.5, budget: &state, at: .epoch)
        #expect(refused == .no(.budgetExhausted))
        #expect(decide(FailedAttempt(3, status: 503), &state) == .exhausted)
        var tooLong = FailedAttempt(1, status: 503)
        tooLong.retryAfter = .seconds(11)
        #expect(decide(tooLong, &state) == .retryAfterTooLong)
        let free = try RetryPolicy.parsed(#"{"jitter":"none"}"#)
        let first = FailedAttempt(1, status: 503)
        let granted = free.decide(first, random: 0.5, budget: &state, at: .epoch)
        #expect(granted == free.decide(first, random: 0.5))
    }
}
