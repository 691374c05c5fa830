import TestSupport
import Testing

@testable import Resilience

@Suite("Breaker, with a clock that jumps")
struct BreakerClockTests {
    private static let day: Int64 = 86_400_000
    private let row = BreakerStateTests.row

    @Test("back: an open breaker waits for its open duration at most")
    func openBack() throws {
        try BreakerScript.run(
            row, from: Instant(milliseconds: 1_800_000_000_000),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (-Self.day, "acquire a", "no open 1000"),
                (-Self.day + 999, "acquire a", "no open 1"),
                (
                    -Self.day + 1000, "acquire a",
                    "yes | half_opened open_duration_over at \(-Self.day + 1000)"
                ),
            ])
    }

    @Test("back: a probe has its timeout at most")
    func probeBack() throws {
        try BreakerScript.run(
            row, from: Instant(milliseconds: 1_800_000_000_000),
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (1100, "acquire b", "yes"), (-Self.day, "acquire c", "no probes_in_flight 500"),
                (
                    -Self.day + 500, "acquire c",
                    "no open 1000 | probe_expired+opened probe_expired at \(-Self.day + 500)"
                ),
            ])
    }

    @Test("back: calls counted since then count as of now, and fade from now")
    func windowBack() throws {
        try BreakerScript.run(
            #"{"window":{"type":"time","duration_ms":1000},"minimum_calls":3,"min_reporters":2}"#,
            from: Instant(milliseconds: 1_800_000_000_000),
            [
                (0, "F@a", "counted closed"), (500, "F@a", "counted closed"),
                (-Self.day, "acquire a", "yes"),
                (
                    -Self.day + 900, "F@b",
                    "counted open | opened failure_rate at \(-Self.day + 900)"
                ),
            ])
        try BreakerScript.run(
            #"{"window":{"type":"time","duration_ms":1000},"minimum_calls":3}"#,
            from: Instant(milliseconds: 1_800_000_000_000),
            [
                (0, "F*2", "counted closed"), (-Self.day, "acquire a", "yes"),
                (-Self.day + 1000, "F", "counted closed"),
            ])
    }

    @Test("forward: what was due is done, in the order and as of when it was")
    func forward() throws {
        try BreakerScript.run(
            row,
            [
                (0, "F*3", "counted open | opened consecutive_failures at 0"),
                (1000, "acquire a", "yes | half_opened open_duration_over at 1000"),
                (
                    Self.day, "acquire b",
                    "yes | probe_expired+opened probe_expired at 1500"
                        + " | half_opened open_duration_over at \(Self.day)"
                ),
            ])
    }

    @Test(
        "no jump freezes it: every wait is as short as the policy has it, and enough",
        arguments: 1...10 as ClosedRange<UInt64>)
    func neverFrozen(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let policy = try BreakerPolicy.parsed(row)
        var script = BreakerScript(
            policy, from: Instant(milliseconds: 1_800_000_000_000),
            restarts: seed % 2 == 0)
        var ms: Int64 = 0
        let words = ["F*3", "F", "acquire a", "acquire b", "settle a S", "settle b F", "view"]
        for _ in 0..<400 {
            ms += jump(&random)
            let step = words.randomElement(using: &random) ?? "view"
            if step.hasPrefix("settle"), script.permits[String(step.dropFirst(7).prefix(1))] == nil
            {
                continue
            }
            try script.take(step, at: ms)
            let now = script.origin + .milliseconds(ms)
            _ = script.state.advance(policy, to: now)
            guard let denial = script.state.view(policy, at: now).denial else { continue }
            // A denial lasts for the probes' time and the open duration at most.
            let longest = policy.probeTimeout + policy.openDuration
            #expect(script.state.view(policy, at: now + longest).wouldAllow, "seed \(seed)")
            guard let retry = denial.retryAfter else { continue }
            #expect(retry > .zero && retry <= policy.openDuration, "seed \(seed)")
            // What a probe comes to, nobody knows before.
            if denial.reason == .probesInFlight { continue }
            #expect(script.state.view(policy, at: now + retry).wouldAllow, "seed \(seed)")
        }
    }

    private func jump(_ random: inout SplitMix64) -> Int64 {
        switch random.next() % 10 {
        case 0: Self.day
        case 1: -Self.day
        default: .random(in: 0...400, using: &random)
        }
    }
}
