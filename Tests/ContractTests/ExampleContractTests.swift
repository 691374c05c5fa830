import Resilience
import TestSupport
import Testing

@Suite("The examples of openapi.yaml")
struct ExampleContractTests {
    /// A limiter that the examples of bodies are about.
    private static let limiter = #"""
        {"spec": {"tiers": {"free": {"limits": [{"quota": 60}]}, "pro": {"limits": [{"quota": 9}]},
         "internal": {"unlimited": true}, "banned": {"blocked": true}}}}
        """#

    private static let adaptive = #"""
        {"spec": {"limits": [{}], "adaptive": {"initial_per_second": 1, "min_per_second": 1,
         "max_per_second": 1, "target_latency_ms": 1}}}
        """#

    @Test("of bodies are taken by the server")
    func bodies() async throws {
        let document = try OpenAPI()
        var count = 0
        for operation in document.operations {
            for (type, body) in operation.bodies(document) {
                try await TestServer.with { server in
                    try await server.putAllKinds(called: "api")
                    _ = try await server.send("PUT /v1/limiters/api", Self.limiter)
                    _ = try await server.send(
                        "PUT /v1/limiters/api", #"{"spec": {"preset": "embed"}}"#)
                    // A patch of limits is one of a limiter without tiers.
                    if operation.method != "PATCH" {
                        _ = try await server.send("PUT /v1/limiters/api", Self.limiter)
                    }
                    // Only a rate that adapts learns from outcomes.
                    if operation.path == "/v1/limiters/{name}/outcomes" {
                        _ = try await server.send("PUT /v1/limiters/api", Self.adaptive)
                    }
                    let permit = try await Self.permit(server)
                    let path = operation.path.replacing("{name}", with: "api")
                        .replacing("{key}", with: "user:1").replacing("{permit}", with: permit)
                    let line = "\(operation.method) \(path)"
                    let reply = try await server.send(line, body.text, ["Content-Type": type])
                    #expect(
                        (200..<300).contains(reply.status), "\(line) \(body.text): \(reply.text)")
                    #expect(reply.at("/valid") != false, "\(line) \(body.text): \(reply.text)")
                    count += 1
                }
            }
        }
        #expect(count >= 20, "\(count) examples")
    }

    /// A probe's permit of a breaker, which can be settled and renewed.
    private static func permit(_ server: TestServer) async throws -> String {
        let breaker = #"{"spec": {"open_duration_ms": 1}}"#
        _ = try await server.send("PUT /v1/breakers/api", breaker)
        _ = try await server.send("PUT /v1/breakers/api/state", #"{"state": "open"}"#)
        _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1}"#)
        let reply = try await server.send("POST /v1/breakers/api/acquire", "{}")
        return try #require(reply.at("/permit")?.string)
    }

    @Test("of specs are taken by the server")
    func specs() async throws {
        try await TestServer.with { server in
            for (name, path) in [("LimiterSpec", "limiters"), ("BulkheadSpec", "bulkheads")] {
                let specs = try OpenAPI().schema(name).at("/examples")?.array ?? []
                #expect(specs.count >= 3)
                for spec in specs {
                    let body: JSONValue = ["spec": spec]
                    let reply = try await server.send("PUT /v1/\(path)/api", body.text)
                    #expect(reply.status < 300, "\(spec.text): \(reply.text)")
                }
            }
        }
    }
}
