import Testing

@testable import Resilience

@Suite("Specs with several faults")
struct EveryFaultTests {
    private func pointers(_ type: any PolicySpec.Type, _ text: String) -> [String] {
        do throws(InvalidSpec) {
            _ = try type.init(json: text)
            return []
        } catch {
            return error.faults.map(\.pointer)
        }
    }

    @Test(
        "are told of all that can be told at once",
        arguments: [
            (
                LimiterPolicy.self,
                #"""
                {"algorithm": "fixed_window",
                 "limits": [{"calendar": "day", "period_ms": 1, "burst": 2}]}
                """#, ["/limits/0/period_ms", "/limits/0/burst"]
            ),
            (
                LimiterPolicy.self,
                #"{"algorithm":"sliding_window","align":"clock","limits":[{"quota":0,"burst":1}]}"#,
                ["/limits/0/quota", "/align", "/limits/0/burst"]
            ),
            (
                LimiterPolicy.self,
                #"{"tiers": {"a": {"limits": [{}], "blocked": false}}, "default_tier": "b"}"#,
                ["/tiers/a/blocked", "/tiers/a", "/default_tier"]
            ),
            (
                LimiterPolicy.self, #"{"durability":"soon","foo":1}"#,
                ["/foo", "/durability", "/limits"]
            ),
            (
                FallbackPolicy.self,
                #"{"strategies": [{"type": "static", "target": "http://x", "priority": -1}]}"#,
                ["/strategies/0/priority", "/strategies/0/target"]
            ),
            (
                FallbackPolicy.self,
                #"{"strategies": [{"type": "redirect", "target": 5, "body": 1, "status": 99}]}"#,
                ["/strategies/0/status", "/strategies/0/target", "/strategies/0/body"]
            ),
            (
                RetryPolicy.self, #"{"max_attempts": 0, "backoff": "fixed", "increment_ms": 5}"#,
                ["/max_attempts", "/increment_ms"]
            ),
            (
                BreakerPolicy.self,
                #"""
                {"window": {"type": "count", "size": 5, "duration_ms": 1000},
                 "failure_threshold": 0, "minimum_calls": 6}
                """#, ["/window/duration_ms", "/failure_threshold", "/minimum_calls"]
            ),
            (
                BulkheadPolicy.self,
                #"""
                {"max_concurrent": 5, "max_queue": -1,
                 "adaptive": {"algorithm": "aimd", "min": 6, "target_latency_ms": 0}}
                """#, ["/max_queue", "/adaptive/target_latency_ms", "/max_concurrent"]
            ),
            (
                TimeoutPolicy.self, #"{"adaptive": {"min_ms": 2, "max_ms": 1}}"#,
                ["/adaptive/min_ms", "/timeout_ms"]
            ),
            (GuardPolicy.self, #"{"foo": 1}"#, ["/foo", ""]),
        ] as [(any PolicySpec.Type, String, [String])])
    func all(type: any PolicySpec.Type, text: String, expected: [String]) {
        #expect(pointers(type, text) == expected)
    }

    @Test(
        "are told of none that only comes of another",
        arguments: [
            (
                LimiterPolicy.self,
                #"{"algorithm": "leaky", "align": "clock", "limits": [{"burst": 1}]}"#,
                ["/algorithm"]
            ),
            (LimiterPolicy.self, #"{"limit": [{}]}"#, ["/limit"]),
            (LimiterPolicy.self, #"{"tiers": {"a": 5}, "default_tier": "a"}"#, ["/tiers/a"]),
            (
                LimiterPolicy.self, #"{"tiers": {"a": {"blocked": true}}, "default_tier": "a b"}"#,
                ["/default_tier"]
            ),
            (
                FallbackPolicy.self, #"{"strategies": [{"type": "cached", "cache": "a b"}]}"#,
                ["/strategies/0/cache"]
            ),
            (
                FallbackPolicy.self, #"{"strategies": [{"mode": "m"}]}"#, ["/strategies/0/type"]
            ),
            (RetryPolicy.self, #"{"jitter": "some", "jitter_factor": 0.5}"#, ["/jitter"]),
            (
                RetryPolicy.self, #"{"backof": "linear", "increment_ms": 5}"#, ["/backof"]
            ),
            (
                BreakerPolicy.self, #"{"open_duration_ms": 0, "max_open_duration_ms": 5}"#,
                ["/open_duration_ms"]
            ),
            (
                BreakerPolicy.self, #"{"open_duration": "ages", "max_open_duration_ms": 5}"#,
                ["/open_duration"]
            ),
            (
                BreakerPolicy.self,
                #"{"window": {"type": "count", "size": 0}, "minimum_calls": 200}"#,
                ["/window/size"]
            ),
            (
                BulkheadPolicy.self, #"{"max_concurrent": 0, "adaptive": {"algorithm": "vegas"}}"#,
                ["/max_concurrent"]
            ),
            (TimeoutPolicy.self, #"{"timeout": "soon"}"#, ["/timeout"]),
            (TimeoutPolicy.self, #"{"timeout_ms": 0}"#, ["/timeout_ms"]),
            (GuardPolicy.self, #"{"breaker": {"nmae": "b"}}"#, ["/breaker/nmae", "/breaker/name"]),
        ] as [(any PolicySpec.Type, String, [String])])
    func consequences(type: any PolicySpec.Type, text: String, expected: [String]) {
        #expect(pointers(type, text) == expected)
    }
}
