import Resilience
import Testing

@Suite("Specs made in code")
struct InProcessSpecTests {
    @Test("have their dependent defaults, as one read from a document has")
    func defaults() throws {
        let breaker = try BreakerPolicy { $0.openDuration = .seconds(5) }
        #expect(breaker == (try BreakerPolicy(json: #"{ "open_duration_ms": 5000 }"#)))
        #expect(breaker.failureRateThreshold == 0.5 && breaker.minimumCalls == 10)
        #expect(try RetryPolicy { $0.maximumAttempts = 2 }.jitter == .full)
        let limiter = try LimiterPolicy {
            $0.limits = [LimitSpec(quota: 5, period: .seconds(1))]
        }
        #expect(limiter.limits?.first?.burst == 5)
        #expect(
            limiter
                == (try LimiterPolicy(json: #"{ "limits": [{"quota": 5, "period_ms": 1000}] }"#)))
    }

    @Test(
        "have the windows of breakers by name",
        arguments: [
            (BreakerWindowSpec.consecutive, #"{ "window": {"type": "consecutive"} }"#),
            (.count(20), #"{ "window": {"type": "count", "size": 20} }"#),
            (.time(.seconds(5)), #"{ "window": {"type": "time", "duration_ms": 5000} }"#),
        ])
    func windows(window: BreakerWindowSpec, json: String) throws {
        #expect(try BreakerPolicy { $0.window = window } == BreakerPolicy(json: json))
    }

    @Test("are held to every range, and to what must hold between members")
    func faults() throws {
        let range = #expect(throws: InvalidSpec.self) {
            try BulkheadPolicy {
                $0.maximumConcurrent = 0
                $0.maximumQueue = -1
            }
        }
        #expect(range?.faults.map(\.pointer) == ["/max_concurrent", "/max_queue"])
        let short = #expect(throws: InvalidSpec.self) {
            try TimeoutPolicy { $0.timeout = Timespan(nanoseconds: 999_999) }
        }
        #expect(short?.description == "/timeout_ms must be at least 1")
        let between = #expect(throws: InvalidSpec.self) {
            try BreakerPolicy {
                $0.window = .count(5)
                $0.minimumCalls = 6
            }
        }
        #expect(between?.faults.map(\.detail) == ["must be at most the window's size (5)"])
    }

    @Test("are read from JSON with their presets, and refused with every fault")
    func json() throws {
        let preset = try RetryPolicy(json: #"{ "preset": "quick", "jitter": "none" }"#)
        #expect(preset.maximumAttempts == 2 && preset.jitter == .off)
        let faults = #expect(throws: InvalidSpec.self) {
            try RetryPolicy(
                json: #"{ "max_attempts": 0, "jiter": 1, "multiplier": 2, "multiplier": 3 }"#)
        }
        #expect(
            Set(faults?.faults.map(\.pointer) ?? [])
                == ["/max_attempts", "/jiter", "/multiplier"])
        for text in ["", "[]", "{", #"{ "preset": "slow" }"#] {
            #expect(throws: InvalidSpec.self) { try RetryPolicy(json: text) }
        }
    }

    @Test("a limiter finds its tiers by name, and that of calls that name none")
    func tiers() throws {
        let policy = try LimiterPolicy(
            json: #"{ "tiers": {"free": {"blocked": true}, "pro": {"unlimited": true}} }"#)
        let now = Instant.epoch
        #expect(policy.tier(since: now) == Tier(name: "free", .blocked, since: now))
        #expect(policy.tier("pro", since: now)?.allowance == .unlimited)
        #expect(policy.tier("gold", since: now) == nil)
    }

    @Test("what a bulkhead granted is given back with the decision's own permit")
    func permit() throws {
        let policy = try BulkheadPolicy { $0.maximumConcurrent = 1 }
        var state = BulkheadState(at: .epoch)
        let first = state.acquire(policy, SlotRequest(id: 1), at: .epoch)
        let second = state.acquire(policy, SlotRequest(id: 2), at: .epoch)
        #expect(second.permit == nil)
        let permit = try #require(first.permit)
        #expect(state.settle(permit, .success, policy, at: .epoch).isCounted)
        #expect(state.view(policy, at: .epoch).inUse == 0)
    }

    @Test(
        "spans and durations of the standard library are the same",
        arguments: [
            (Duration.milliseconds(1500), 1_500_000_000), (.nanoseconds(-1), -1),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
            (Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999), 1),
        ] as [(Duration, Int64)])
    func durations(duration: Duration, nanoseconds: Int64) {
        #expect(Timespan(duration) == Timespan(nanoseconds: nanoseconds))
        #expect(Duration(Timespan(nanoseconds: nanoseconds)) == .nanoseconds(nanoseconds))
    }
}
