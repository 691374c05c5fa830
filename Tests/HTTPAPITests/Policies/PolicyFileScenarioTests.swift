import Resilience
import TestSupport
import Testing
import Yams

@Suite("Files of policies over HTTP")
struct PolicyFileScenarioTests {
    @Test("are validated, applied and exported", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static func policy(_ name: String, _ quota: Int) -> String {
        #"{"kind": "limiter", "name": "\#(name)", "spec": {"limits": [{"quota": \#(quota)}]}}"#
    }

    private static func body(_ policies: [String], _ rest: String = "") -> String {
        #"{"policies": [\#(policies.joined(separator: ", "))]\#(rest)}"#
    }

    /// A list with a fault in each policy, and all of their pointers.
    private static let faulty = body([
        #"{"kind": "limiter", "name": "a", "spec": {"limits": [{"quota": 0}]}}"#,
        #"{"kind": "boiler", "name": "-"}"#, "7",
        #"{"kind": "limiter", "name": "a", "spec": {"limits": [{"quota": 1}]}, "x": 1}"#,
        #"{"kind": "limiter", "name": "b"}"#,
    ])
    private static let pointers = [
        "/policies/0/spec/limits/0/quota", "/policies/1/kind", "/policies/1/name", "/policies/2",
        "/policies/3", "/policies/3/x", "/policies/4/spec/limits",
    ]
    private static var faults: String {
        "[" + pointers.map { #"{"pointer": "\#($0)"}"# }.joined(separator: ", ") + "]"
    }

    private static let scenarios = [
        Scenario(
            "a list is applied as a whole, or not at all",
            [
                Step(
                    "POST /v1/policies/apply", body([policy("b", 1), policy("a", 2)]), 200,
                    #"""
                    {"changes": [{"kind": "limiter", "name": "b", "action": "created"},
                                 {"kind": "limiter", "name": "a", "action": "created"}]}
                    """#
                ).with(["X-Actor": "ada"]).tells(
                    #"{"type": "policy.created", "name": "b", "actor": "ada"}"#,
                    #"{"type": "policy.created", "name": "a", "actor": "ada"}"#),
                Step(
                    "POST /v1/policies/apply", body([policy("a", 3), policy("b", 1)]), 200,
                    #"""
                    {"changes": [
                      {"name": "a", "action": "updated", "diff": [
                        {"pointer": "/spec/limits", "old": [{"quota": 2}], "new": [{"quota": 3}]}]},
                      {"name": "b", "action": "unchanged", "diff": []}]}
                    """#
                ).tells("policy.updated"),
                Step("POST /v1/policies/apply", faulty, 422, #"{"errors": \#(faults)}"#),
                Step("GET /v1/policies", nil, 200, #"{"policies": ["…", "…"]}"#),
                Step("GET /v1/limiters/a", nil, 200, #"{"version": 2}"#),
            ]),
        Scenario(
            "a dry run tells what would be done, and does nothing",
            [
                Step("POST /v1/policies/apply", body([policy("a", 1)])).tells("policy.created"),
                Step(
                    "POST /v1/policies/apply",
                    body([policy("b", 1)], #", "prune": true, "dry_run": true"#), 200,
                    #"""
                    {"changes": [{"name": "b", "action": "created"},
                                 {"name": "a", "action": "deleted"}]}
                    """#),
                Step("GET /v1/limiters/a", nil, 200), Step("GET /v1/limiters/b", nil, 404),
                Step(
                    "POST /v1/policies/apply", #"{"policies": [], "dry_run": 1}"#, 422,
                    #"{"errors": [{"pointer": "/dry_run"}]}"#),
            ]),
        Scenario(
            "with prune, what is not in the list is deleted",
            [
                Step("POST /v1/policies/apply", body([policy("a", 1), policy("b", 1)]))
                    .tells("policy.created", "policy.created"),
                Step(
                    "POST /v1/policies/apply", body([policy("b", 1)], #", "prune": true"#), 200,
                    #"""
                    {"changes": [{"name": "b", "action": "unchanged"},
                                 {"name": "a", "action": "deleted"}]}
                    """#
                ).tells("policy.deleted"),
                Step("POST /v1/policies/apply", #"{"policies": [], "prune": true}"#)
                    .tells("policy.deleted"),
                Step("GET /v1/policies", nil, 200, #"{"policies": [], "next": null}"#),
            ]),
        Scenario(
            "validating tells every fault and stores nothing",
            [
                Step(
                    "POST /v1/policies/validate", faulty, 200,
                    #"{"valid": false, "errors": \#(faults)}"#),
                Step(
                    "POST /v1/policies/validate", body([policy("a", 1)]), 200,
                    #"{"valid": true, "errors": []}"#),
                Step(
                    "POST /v1/policies/validate", "{}", 422,
                    #"{"errors": [{"pointer": "/policies"}]}"#),
                Step(
                    "POST /v1/policies/validate", #"{"policies": [1e300, null, {}]}"#, 200,
                    #"""
                    {"errors": [{"pointer": "/policies/0"}, {"pointer": "/policies/1"},
                                {"pointer": "/policies/2/kind"}, {"pointer": "/policies/2/name"}]}
                    """#),
                Step(
                    "POST /v1/policies/validate", #"{"policies": {}, "prune": true}"#, 422,
                    #"{"errors": [{"pointer": "/prune"}, {"pointer": "/policies"}]}"#),
                Step("GET /v1/policies", nil, 200, #"{"policies": []}"#),
            ]),
        Scenario(
            "presets are listed, and specs begin with them",
            [
                Step(
                    "GET /v1/presets", nil, 200,
                    #"""
                    {"presets": [
                      {"kind": "limiter", "name": "search", "summary": "…",
                       "spec": {"limits": [{"quota": 30, "period_ms": 60000}]}},
                      {"name": "embed", "spec": {"limits": [{"quota": 60, "period_ms": 60000}]}},
                      {"name": "transform", "spec": {"limits": [{"quota": 10, "period_ms": 60000}]}},
                      {"name": "health_check",
                       "spec": {"limits": [{"quota": 10, "period_ms": 60000}]}},
                      {"kind": "breaker", "name": "production"},
                      {"kind": "breaker", "name": "development"},
                      {"kind": "retry", "name": "aggressive"},
                      {"kind": "retry", "name": "conservative"}, {"kind": "retry", "name": "quick"},
                      {"kind": "retry", "name": "network"}, {"kind": "retry", "name": "database"},
                      {"kind": "timeout", "name": "production"},
                      {"kind": "timeout", "name": "development"}],
                     "next": null}
                    """#),
                Step(
                    "PUT /v1/limiters/a",
                    #"{"spec": {"preset": "search", "algorithm": "sliding_window"}}"#, 201,
                    #"""
                    {"spec": {"preset": "search", "algorithm": "sliding_window"}, "effective":
                     {"algorithm": "sliding_window", "limits": [{"quota": 30, "period_ms": 60000}]}}
                    """#
                ).lacks("/effective/preset", "/spec/limits").tells("policy.created"),
                Step(
                    "PUT /v1/limiters/a", #"{"spec": {"preset": "serch"}}"#, 422,
                    #"{"errors": [{"pointer": "/spec/preset"}]}"#),
            ]),
    ]

    @Test("what is exported as JSON or YAML applies unchanged, odd words included")
    func roundTrip() async throws {
        let odd = #"""
            {"kind": "limiter", "name": "1.0", "description": "no: \u2028 # 'x' \"y\" \\ 😀 null ",
             "labels": {"true": "0x10", "null": "~", "1": "2026-01-01", "2e3": "", "y": "- a"},
             "mode": "disabled", "when_unreachable": "deny",
             "spec": {"tiers": {"null": {"unlimited": true}, "0o7": {"limits": [{"quota": 1}]}},
                      "default_tier": "null"}}
            """#
        try await TestServer.with { server in
            _ = try await server.send(
                "POST /v1/policies/apply", Self.body([odd, Self.policy("b", 1)]))
            let json = try await server.send("GET /v1/policies/export")
            let yaml = try await server.send(
                "GET /v1/policies/export", nil, ["Accept": "application/yaml"])
            #expect(yaml["Content-Type"] == "application/yaml")
            let node = try #require(try Yams.compose(yaml: yaml.text))
            #expect(node.document == json.json)
            let list = try #require(json.at("/policies")?.array)
            #expect(list.count == 2)
            #expect(list[0].at("/labels/null") == "~" && list[0].at("/version") == nil)
            let reply = try await server.send("POST /v1/policies/apply", json.text)
            #expect(reply.at("/changes")?.array?.count == 2)
            for change in reply.at("/changes")?.array ?? [] {
                #expect(change.at("/action") == "unchanged", "\(change.text)")
            }
        }
    }
}

extension Node {
    /// The node as JSON, by the rules of YAML's core schema.
    fileprivate var document: JSONValue {
        switch self {
        case .scalar(let scalar):
            if scalar.style != .plain { return .string(scalar.string) }
            if let integer = Int64(scalar.string) { return .integer(integer) }
            return ["true": true, "false": false, "null": nil][scalar.string]
                ?? .string(scalar.string)
        case .sequence(let sequence): return .array(sequence.map(\.document))
        case .mapping(let mapping):
            return .object(
                JSONObject(mapping.map { ($0.key.scalar?.string ?? "", $0.value.document) }))
        case .alias: return .null
        }
    }
}
