import Testing

@testable import Resilience

@Suite("Timeout policy")
struct TimeoutPolicyTests {
    @Test("shows its defaults")
    func defaults() throws {
        var reader = SpecReader()
        let plain = TimeoutPolicy.resolve(["timeout_ms": 5000], &reader)
        #expect(plain?.effective == ["timeout_ms": 5000, "adaptive": .null])
        let adaptive = TimeoutPolicy.resolve(["timeout_ms": 1, "adaptive": [:]], &reader)
        #expect(
            adaptive?.effective["adaptive"] == [
                "percentile": 0.95, "multiplier": 2.0, "min_ms": 10, "max_ms": 300_000,
                "minimum_samples": 10,
            ])
        #expect(reader.faults == [])
    }

    @Test("a default variable stands for the timeout, below a preset and the spec")
    func variable() {
        var reader = SpecReader(variables: ["TIMEOUT_HTTP_REQUEST": 1234])
        let timeouts = [[:], ["preset": "production"], ["timeout_ms": 7]] as [JSONValue]
        #expect(
            timeouts.map { TimeoutPolicy.resolve($0, &reader)?.effective["timeout_ms"] }
                == [1234, 30_000, 7])
    }

    @Test(
        "is refused with the reason",
        arguments: [
            ([:], "/spec/timeout_ms", "is required"),
            (["timeout_ms": 0], "/spec/timeout_ms", "must be at least 1"),
            (
                ["timeout_ms": 31_622_400_001], "/spec/timeout_ms",
                "must be at most 31622400000"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["percentile": 0]], "/spec/adaptive/percentile",
                "must be above 0.0"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["percentile": 1.01]], "/spec/adaptive/percentile",
                "must be at most 1.0"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["multiplier": 0.9]], "/spec/adaptive/multiplier",
                "must be at least 1.0"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["min_ms": 11, "max_ms": 10]],
                "/spec/adaptive/min_ms", "must be at most max_ms (10)"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["max_ms": 9]], "/spec/adaptive/min_ms",
                "must be at most max_ms (9)"
            ),
            (
                ["timeout_ms": 1, "adaptive": ["minimum_samples": 1001]],
                "/spec/adaptive/minimum_samples",
                "must be at most 1000"
            ),
        ] as [(JSONValue, String, String)])
    func refused(spec: JSONValue, pointer: String, detail: String) {
        var reader = SpecReader()
        #expect(TimeoutPolicy.resolve(spec, &reader) == nil)
        #expect(reader.faults == [Fault(pointer: pointer, detail: detail)])
    }
}
