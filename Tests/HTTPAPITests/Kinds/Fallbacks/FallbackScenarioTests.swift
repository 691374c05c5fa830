import Testing

@Suite("Fallbacks over HTTP")
struct FallbackScenarioTests {
    @Test(
        "say what to answer, also after restarts between all calls", arguments: scenarios,
        Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    @Test("count what they answer")
    func stats() async throws {
        try await Scenario(
            "counts",
            [
                Self.put(#"[{"type": "static"}]"#), Self.resolve("{}", "{}"),
                Self.resolve("{}", "{}"),
                Step(
                    "PATCH \(Self.path)",
                    #"{"mode": "shadow", "spec": {"strategies": [{"type": "degraded", "mode": "m"}]}}"#
                ).tells("policy.updated"),
                Self.resolve("{}", #"{"type": "degraded"}"#),
                Step("PATCH \(Self.path)", #"{"mode": "disabled"}"#).tells("policy.updated"),
                Self.resolve("{}", #"{"type": "degraded"}"#),
                Step(
                    "GET \(Self.path)/stats", nil, 200,
                    #"""
                    {"name": "quotes", "totals":
                      {"static": 2, "cached": 0, "degraded": 1, "redirect": 0, "unanswered": 0}}
                    """#),
            ]
        ).run()
    }

    private static let path = "/v1/fallbacks/quotes"

    private static func put(_ strategies: String) -> Step {
        Step("PUT \(path)", #"{"spec": {"strategies": \#(strategies)}}"#, 201)
            .tells("policy.created")
    }

    private static func replace(_ strategies: String) -> Step {
        Step("PATCH \(path)", #"{"spec": {"strategies": \#(strategies)}}"#)
            .tells("policy.updated")
    }

    private static func resolve(_ body: String?, _ answer: String) -> Step {
        Step("POST \(path)/resolve", body, 200, answer)
    }

    private static func nested(_ depth: Int) -> String {
        let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        return #"[{"type": "static", "body": \#(body)}]"#
    }

    private static let scenarios = [
        Scenario(
            "a document is nested so deep only that its changes can be told of and applied again",
            [
                put(nested(31)), replace(nested(32)),
                Step("GET /v1/events?type=policy.updated", nil, 200, #"{"events": [{}]}"#),
                Step("PATCH \(path)", #"{"spec": {"strategies": \#(nested(33))}}"#)
                    .refused("/spec/strategies/0/body"),
                Step(
                    "PATCH \(path)",
                    #"{"spec": {"strategies": [{"type": "static", "body": [1e999]}]}}"#, 400,
                    #"{"type": "urn:switchgear:problem:malformed"}"#),
            ]),
        Scenario(
            "the first strategy of the highest priority answers with its members",
            [
                put(
                    #"""
                    [{"type": "redirect", "priority": 1, "target": "https://example.com/a?b"},
                     {"type": "static", "priority": 10, "status": 503, "body": {"a": [1, null]}},
                     {"type": "static", "priority": 10},
                     {"type": "degraded", "priority": 5, "mode": "read_only"}]
                    """#),
                resolve(
                    nil,
                    #"""
                    {"type": "static", "priority": 10, "status": 503, "body": {"a": [1, null]},
                     "policy_version": 1}
                    """#
                ).lacks("/mode", "/target", "/cache"),
                resolve(#"{"attributes": {"user": "1"}}"#, #"{"status": 503}"#),
                replace(#"[{"type": "static"}]"#),
                resolve(
                    "{}", #"{"type": "static", "priority": 0, "status": 200, "body": null}"#),
                replace(#"[{"type": "degraded", "mode": "read_only"}]"#),
                resolve("{}", #"{"type": "degraded", "mode": "read_only", "policy_version": 3}"#)
                    .lacks("/status", "/body", "/target"),
                replace(#"[{"type": "redirect", "target": "http://localhost:1/"}]"#),
                resolve("{}", #"{"type": "redirect", "target": "http://localhost:1/"}"#)
                    .lacks("/status", "/body", "/mode"),
            ]),
        Scenario(
            "what can never answer is refused with the place and the reason",
            [
                Step(
                    "PUT \(path)", #"{"spec": {}}"#, 422,
                    #"{"errors": [{"pointer": "/spec/strategies", "detail": "is required"}]}"#),
                Step(
                    "PUT \(path)",
                    #"""
                    {"spec": {"strategies": [
                      {"type": "cached", "cache": "last-good", "key": "{user}"}]}}
                    """#, 422,
                    #"""
                    {"errors": [{"pointer": "/spec/strategies/0/cache",
                      "detail": "there is no cache \"last-good\""}]}
                    """#),
                Step(
                    "PUT \(path)",
                    #"""
                    {"spec": {"strategies": [{"type": "cached", "cache": "c", "key": "{user}}"},
                      {"type": "redirect", "target": "javascript:alert(1)"},
                      {"type": "degraded", "body": 1}, {"priority": 1}]}}
                    """#, 422,
                    #"""
                    {"errors": [
                      {"pointer": "/spec/strategies/0/key", "detail": "has a '}' without '{'"},
                      {"pointer": "/spec/strategies/1/target",
                       "detail": "must be a URL of http or https"},
                      {"pointer": "/spec/strategies/2/body", "detail": "needs type static"},
                      {"pointer": "/spec/strategies/2/mode",
                       "detail": "is required for type degraded"},
                      {"pointer": "/spec/strategies/3/type", "detail": "is required"}]}
                    """#),
                Step("POST \(path)/resolve", "{}", 404), put(#"[{"type": "static"}]"#),
                Step(
                    "POST \(path)/resolve", #"{"attributes": {"a b": "1", "c": "\n"}}"#, 422,
                    #"{"errors": [{"pointer": "/attributes/a b"}, {"pointer": "/attributes/c"}]}"#
                ),
                Step(
                    "POST \(path)/resolve?key=k", "{}", 422,
                    #"{"errors": [{"pointer": "/query/key"}]}"#),
                Step("GET \(path)/state", nil, 404),
            ]),
    ]
}
