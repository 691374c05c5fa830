import Testing

@Suite("The ranges of breakers over HTTP")
struct BreakerLimitsScenarioTests {
    @Test("are those that work as told", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private typealias Do = BreakerSteps

    private static func alternating(_ number: Int) -> String {
        let one = #"{"outcome": "failure"}, {"outcome": "success"}"#
        return #"{"outcomes": ["# + Array(repeating: one, count: number).joined(separator: ",")
            + "]}"
    }

    private static let scenarios = [
        Scenario(
            "a count window holds every call of its size, in any order",
            [
                Do.put(
                    #"""
                    {"window": {"type": "count", "size": 200000}, "minimum_calls": 200000,
                     "failure_rate_threshold": 0.5}
                    """#),
                Do.report(#"{"outcome": "failure", "count": 99500}"#),
                Do.report(alternating(500), #"{"results": "…"}"#),
                Do.report(#"{"outcome": "success", "count": 99499}"#),
                Do.state(#"{"state": "closed", "counts": {"total": 199999, "failures": 100000}}"#),
                Do.report(#"{"outcome": "success"}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
            ]),
        Scenario(
            "a count of calls may be as large as any count",
            [
                Do.put(#"{"window": {"type": "consecutive"}, "failure_threshold": 1000000000}"#),
                Do.report(#"{"outcome": "failure", "count": 2000000}"#),
                Do.report(#"{"outcome": "ignored", "count": 1000000000}"#, "{}"),
                Do.report(#"{"outcome": "success", "count": 1000000000}"#),
                Do.state(
                    #"""
                    {"consecutive_failures": 0, "counts": {"total": 1002000000,
                     "failures": 2000000, "ignored": 1000000000}}
                    """#),
                Do.report(#"{"outcome": "failure", "count": 1000000001}"#, "{}")
                    .refused("/count"),
                Do.report(#"{"outcome": "failure", "count": 1000000000}"#, #"{"state": "open"}"#)
                    .tells("breaker.opened"),
            ]),
        Scenario(
            "what would not be kept to is refused",
            [
                Step(
                    "PUT \(Do.path)",
                    #"""
                    {"spec": {"window": {"type": "count", "size": 1000001},
                     "half_open_permits": 10001, "key_idle_ms": 31622400001}}
                    """#
                ).refused("/spec/window/size", "/spec/half_open_permits", "/spec/key_idle_ms")
            ]),
    ]
}
