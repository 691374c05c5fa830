import Resilience
import TestSupport
import Testing

@Suite("Policies in YAML")
struct YAMLBodyTests {
    @Test(
        "that aliases make too long are refused with their place", arguments: ["validate", "apply"])
    func aliases(action: String) async throws {
        let long = String(repeating: "x", count: 500_000)
        let aliases = String(repeating: ",*a", count: 3000)
        let body = """
            policies:
              - kind: fallback
                name: f
                spec:
                  strategies:
                    - type: static
                      body: [&a "\(long)"\(aliases)]
            """
        try await TestServer.with { server in
            let reply = try await server.send(
                "POST /v1/policies/\(action)", body, ["Content-Type": "application/yaml"])
            #expect(reply.status == 400)
            #expect(
                reply.at("/detail")
                    == """
                    the body cannot be read as YAML: line 7, column 500048: the aliases stand for \
                    more than 4194304 bytes
                    """)
            #expect(try await server.send("GET /v1/policies").at("/policies") == [])
        }
    }
}
