import ControlPlane
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Problems")
struct ProblemTests {
    @Test("say in one sentence what is wrong and where, and how much more there is")
    func details() async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/limiters/api", #"{"spec": {"preset": "embed"}}"#)
            for (line, body, title, detail) in [
                (
                    "PUT /v1/limiters/api", #"{"spec": {"limits": [{"quota": 0}]}}"#,
                    "Invalid request", "/spec/limits/0/quota: must be at least 1"
                ),
                (
                    "PUT /v1/limiters/api", #"{"mod": 1, "spec": {"limits": [{"quota": 0}]}}"#,
                    "Invalid request", "/mod: unknown member; meant \"mode\"?, and 1 more fault"
                ),
                (
                    "PUT /v1/limiters/api",
                    #"{"a": 1, "b": 1, "spec": {"limits": [{"quota": 0}]}}"#, "Invalid request",
                    "/a: unknown member, and 2 more faults"
                ),
                (
                    "POST /v1/limiters/api/reset", "{}", "Invalid request",
                    "the document must have either key or \"all\": true"
                ),
                (
                    "GET /v1/limiters?limit=0", nil, "Invalid request",
                    "/query/limit: must be a whole number from 1 to 1000"
                ),
                ("GET /v1/limiters/b", nil, "Not found", "there is no limiter \"b\""),
                (
                    "GET /v1/limiters/api/versions/7", nil, "Not found",
                    "the limiter \"api\" has no version 7"
                ),
                (
                    "POST /v1/limiters", "{}", "Method not allowed",
                    "/v1/limiters takes GET, HEAD, not POST"
                ),
                (
                    "GET /v1/nothing", nil, "Not found",
                    "there is nothing at /v1/nothing; /openapi.yaml lists all paths"
                ),
            ] as [(String, String?, String, String)] {
                let reply = try await server.send(line, body)
                #expect(reply.at("/title") == .string(title), "\(line): \(reply.text)")
                #expect(reply.at("/detail") == .string(detail), "\(line): \(reply.text)")
            }
        }
    }

    @Test("a body that is no YAML is told with the line")
    func yaml() async throws {
        try await TestServer.with { server in
            let type = ["Content-Type": "application/yaml"]
            for (body, detail) in [
                ("policies: [\n", "line 2"), ("a: 1\na: 2\n", "more than once"),
                ("- &a [*a]", ""), ("", nil),
            ] as [(String, String?)] {
                let reply = try await server.send("POST /v1/policies/apply", body, type)
                #expect(reply.status == (detail == nil ? 422 : 400), "\(body): \(reply.text)")
                let told = reply.at("/detail")?.string ?? ""
                #expect(told.contains(detail ?? ""), "\(body): \(told)")
            }
        }
    }

    @Test("a list of policies in YAML is applied as the same in JSON")
    func applied() async throws {
        try await TestServer.with { server in
            let type = ["Content-Type": "application/yaml; charset=utf-8"]
            let file = """
                policies:
                  - kind: limiter
                    name: api
                    description: ü
                    spec: { limits: [{ quota: 3, period_ms: 60000 }] }
                """
            let validated = try await server.send("POST /v1/policies/validate", file, type)
            #expect(validated.at("/valid") == true, "\(validated.text)")
            let reply = try await server.send("POST /v1/policies/apply", file, type)
            #expect(reply.at("/changes/0/action") == "created", "\(reply.text)")
            let export = try await server.send(
                "GET /v1/policies/export", nil, ["Accept": "application/yaml"])
            let again = try await server.send("POST /v1/policies/apply", export.text, type)
            #expect(again.at("/changes/0/action") == "unchanged", "\(again.text)")
            let put = try await server.send("PUT /v1/limiters/b", "spec: {preset: embed}", type)
            #expect(put.status == 415)
        }
    }
}
