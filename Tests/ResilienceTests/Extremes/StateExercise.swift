import Testing

@testable import Resilience

/// Every transition of the states, at any instants.
enum StateExercise {
    static func limiter(_ policy: LimiterPolicy, _ pairs: [(Instant, Instant)]) {
        for (then, now) in pairs {
            for name in policy.allowances.keys {
                guard let tier = policy.tier(name, since: then) else { continue }
                var state = LimiterState(at: then)
                for cost in Extremes.costs { _ = state.acquire(cost, tier, at: then) }
                _ = state.reserve(name, at: then)
                for cost in Extremes.costs { _ = state.acquire(cost, tier, at: now) }
                state.revert(1_000_000_000, name, grantedAt: then, at: now)
                _ = (
                    state.refund(1_000_000_000, tier, at: now),
                    state.figures(at: then) { _ in tier }
                )
                _ = state.wait(for: Extremes.costs.map { ($0, tier) }, at: now)
                _ = state.noteDenial(quiet: tier.quiet(at: now), at: now)
                _ = (state.endEpisode(at: then), state.isFresh(at: then) { _ in tier })
                #expect(LimiterState(snapshot: state.snapshot) != nil)
            }
            guard let adaptive = policy.adaptive else { continue }
            var rate = AdaptiveRate(adaptive, at: then)
            for duration in Extremes.durations + Extremes.durations {
                rate.record(duration, adaptive, at: now)
            }
            _ = (rate.perSecond(adaptive), policy.allowance(at: rate))
        }
    }

    static func breaker(_ policy: BreakerPolicy, _ pairs: [(Instant, Instant)]) {
        for (then, now) in pairs {
            var state = BreakerState(at: then)
            for count in [1, 1_000_000_000] as [Int64] {
                for outcome in Outcome.allCases {
                    _ = state.record(
                        outcome, duration: Extremes.durations.last, reporter: "a", count: count,
                        policy, at: then)
                }
            }
            for manual in manual(then, now) { _ = state.force(manual, policy, at: then) }
            for instant in [then, now, then] {
                let decision = state.acquire(policy, probe: 7, at: instant)
                _ = (state.view(policy, at: now), state.nextDue(policy))
                for span in Extremes.spans {
                    _ = state.renew(decision.permit, for: span, policy, at: instant)
                }
                _ = state.settle(decision.permit, .failure, duration: .zero, policy, at: now)
                _ = state.release(decision.permit, policy, at: then)
            }
            #expect(BreakerState(snapshot: state.snapshot) != nil)
            _ = (state.release(policy, at: now), state.reset(policy, at: then))
            for times in [0, 1, 1000, 1_000_000_000, .max] as [Int64] {
                _ = policy.openDuration(reopened: times)
            }
        }
    }

    private static func manual(_ then: Instant, _ now: Instant) -> [ManualPosition] {
        [
            .forcedClosed(until: now), .forcedOpen(until: then), .forcedOpen(until: .distantFuture),
            .closed, .open,
        ]
    }

    static func bulkhead(_ policy: BulkheadPolicy, _ pairs: [(Instant, Instant)]) {
        for (then, now) in pairs {
            var state = BulkheadState(at: then)
            for queued in [0, 1_000_000_000, .max] as [Int64] {
                for lease in Extremes.durations {
                    let request = SlotRequest(id: 1, lease: lease)
                    let decision = state.acquire(policy, request, behind: queued, at: then)
                    let permit = BulkheadPermit(
                        generation: decision.generation, slot: decision.slot?.id, expiresAt: now)
                    _ = state.renew(permit, for: lease, policy, at: then)
                    _ = state.view(policy, at: now)
                    _ = state.settle(permit, .success, duration: lease, policy, at: then)
                }
            }
            _ = state.acquire(policy, SlotRequest(id: 2), at: then)
            #expect(BulkheadState(snapshot: state.snapshot) != nil)
            _ = (state.advance(policy, to: now), state.reset(policy, at: then))
        }
    }

    static func retry(_ policy: RetryPolicy) {
        _ = policy.schedule
        for attempt in [1, 2, 100, 1_000_000_000, 2_147_483_647] as [Int64] {
            for random in Extremes.fractions {
                for previous in [nil] + Extremes.durations.map(Optional.some) {
                    let delay = policy.delay(after: attempt, previous: previous, random: random)
                    #expect(delay >= .zero && delay <= policy.maximumDelay)
                    var failed = FailedAttempt(attempt, status: 503, error: "ETIMEDOUT")
                    failed.elapsed = previous ?? .zero
                    failed.previousDelay = previous
                    failed.retryAfter = previous
                    _ = policy.decide(failed, random: random)
                }
            }
        }
        guard let budget = policy.budget else { return }
        for instant in Extremes.instants {
            var state = RetryBudgetState(at: instant)
            for count in [1, .max, .max] as [Int64] {
                state.note(firstAttempts: count, budget, at: instant)
            }
            _ = (state.grant(budget, at: instant), state.view(budget, at: .distantPast))
            #expect(RetryBudgetState(snapshot: state.snapshot) != nil)
        }
    }

    static func timeout(_ policy: TimeoutPolicy) {
        var state = TimeoutState(at: .epoch)
        for outcome in Outcome.allCases {
            for duration in Extremes.durations { state.record(outcome, duration) }
        }
        let view = state.view(policy)
        #expect(view.timeout > .zero && view.timeout <= .days(366))
    }
}

extension ExtremesTests {
    static let states = [
        Extreme("limits of every pacing, at any instants") {
            for (quota, burst) in [(1, 1), (1, 1_000_000_000), (1_000_000_000, 1_000_000_000)] {
                for period in ["1", "31622400000"] {
                    for algorithm in LimiterAlgorithm.allCases {
                        let bursts = algorithm.hasBurst ? #","burst":\#(burst)"# : ""
                        let policy = try LimiterPolicy(
                            json: #"""
                                {"algorithm":"\#(algorithm.rawValue)",
                                 "limits":[{"quota":\#(quota),"period_ms":\#(period)\#(bursts)}]}
                                """#)
                        StateExercise.limiter(policy, pairs)
                    }
                }
            }
        },
        Extreme("calendar windows, at any instants") {
            for unit in CalendarUnit.allCases {
                let policy = try LimiterPolicy(
                    json: #"""
                        {"algorithm":"fixed_window","limits":[{"calendar":"\#(unit.rawValue)"}]}
                        """#)
                StateExercise.limiter(policy, pairs)
            }
        },
        Extreme("breakers of every window, at any instants") {
            for window in [#"{"type":"consecutive"}"#, #"{"type":"count"}"#, #"{"type":"time"}"#] {
                let policy = try BreakerPolicy(
                    json: #"{"window":\#(window),"open_multiplier":1e9,"automatic_half_open":true}"#
                )
                StateExercise.breaker(policy, pairs)
            }
        },
        Extreme("counts that grow for longer than anybody counts") {
            let policy = try BreakerPolicy(json: #"{"window":{"type":"consecutive"}}"#)
            var log = CallLog(policy.window)
            for kind in CallKind.all {
                for _ in 0..<3 { log.add(kind, .max, by: nil, at: .epoch) }
            }
            #expect(log.consecutiveFailures == CallCounts.counts.upperBound)
            #expect(CallLog(snapshot: log.snapshot) == log)
            var window = CountWindow(size: 1_000_000_000)
            for _ in 0..<3 { _ = window.add(CallKind.all[0], .max) }
            #expect(window.counts.total == window.size)
            #expect(window.position <= CountWindow.longestCount)
        },
        Extreme("bulkheads with every adaptive limit, at any instants") {
            let algorithms = ConcurrencyAlgorithm.allCases.map {
                #"{"algorithm":"\#($0.rawValue)"}"#
            }
            for adaptive in ["null"] + algorithms {
                let policy = try BulkheadPolicy(
                    json: #"{"max_concurrent":1,"adaptive":\#(adaptive)}"#)
                StateExercise.bulkhead(policy, pairs)
            }
        },
        Extreme("samples and heavy keys") {
            var window = SampleWindow(capacity: 3)
            for span in Extremes.spans { window.add(span) }
            for fraction in Extremes.fractions { _ = window.percentile(fraction) }
            var hitters = HeavyHitters(capacity: 1)
            for text in Extremes.texts { hitters.add(ExactString(text)) }
            for limit in [0, 1, Int.max] { _ = hitters.top(limit) }
        },
        Extreme("snapshots of any figures") {
            for figure in Extremes.integers {
                let number = JSONValue.integer(figure)
                _ = DenialEpisode(snapshot: [number, number, number, number])?.endsAt
                _ = SlicedWindow<CallCounts>(snapshot: [
                    "duration": number, "slices": [[number, number, number, number, number]],
                ])?.counts(at: .distantFuture)
                _ = SampleWindow(snapshot: ["capacity": number, "samples": [number]])
                _ = HeavyHitters(snapshot: ["capacity": number, "keys": [["a", number, number]]])
                for text in Extremes.texts {
                    let meter: JSONValue = [
                        "pacing": "greedy", "limit": [1, 1, number],
                        "level": [.string(text), .string(String(figure))],
                    ]
                    let account: JSONValue = ["tier": "a", "at": number, "meters": [meter]]
                    _ = LimiterState(snapshot: ["accounts": [account]])
                }
            }
        },
    ]

    static let retrying = [
        Extreme("retries with every backoff and jitter") {
            for backoff in BackoffShape.allCases {
                for jitter in Jitter.allCases where backoff != .decorrelated || jitter == .off {
                    for delay in ["0", "1", "31622400000"] {
                        for multiplier in [1, 1.0000000000000002, 2, 1e9] {
                            var policy = try RetryPolicy(
                                json: #"""
                                    {"backoff":"\#(backoff.rawValue)","jitter":"\#(jitter.rawValue)",
                                     "initial_delay_ms":\#(delay),
                                     "max_delay_ms":31622400000,"max_attempts":1000000000,
                                     "budget":{"ratio":1,"min_per_second":1e9,
                                               "window_ms":31622400000}}
                                    """#)
                            (policy.multiplier, policy.jitterFactor) = (multiplier, 1)
                            StateExercise.retry(policy)
                        }
                    }
                }
            }
        },
        Extreme("what an answer asks to wait") {
            for instant in Extremes.instants {
                for number in Extremes.doubles {
                    let wait = RetryAfter.seconds(number).wait(at: instant)
                    #expect(wait.map { $0 >= .zero && $0 <= Bounds.retryAfter } ?? true)
                }
            }
        },
        Extreme("runs of denials") {
            for quiet in Extremes.spans {
                for (then, now) in pairs {
                    var state = RetryBudgetState(at: then)
                    _ = (state.noteDenial(quiet: quiet, at: then), state.endEpisode(at: now))
                    _ = (state.noteDenial(quiet: quiet, at: now), state.episode?.endsAt)
                }
            }
        },
    ]

    /// Every instant with every other.
    private static let pairs = ends.flatMap { then in ends.map { (then, $0) } }
    private static let ends: [Instant] = [
        .distantPast, Instant(nanoseconds: -1), .epoch, Instant(milliseconds: 1_767_225_600_000),
        .distantFuture,
    ]
}
