import Resilience
import TestSupport
import Testing

@Suite("The faults of a long list")
struct FaultRoomTests {
    private static let members = (0..<200).map { #""quot\#($0)": 1"# }.joined(separator: ",")

    @Test("of policies are told up to a hundred in all, and nothing is done")
    func policies() async throws {
        try await TestServer.with { server in
            let list = (0..<40).map { index in
                #"{"kind": "limiter", "name": "p\#(index)", "spec": {"limits": [{\#(Self.members)}]}}"#
            }
            let body = #"{"policies": [\#(list.joined(separator: ","))]}"#
            let validated = try await server.send("POST /v1/policies/validate", body)
            #expect(validated.at("/errors")?.array?.count == 100)
            let applied = try await server.send("POST /v1/policies/apply", body)
            #expect(applied.status == 422)
            #expect(try await server.send("GET /v1/policies").at("/policies") == [])
        }
    }

    @Test("of policies that have no kind and no name are no more")
    func nameless() async throws {
        try await TestServer.with { server in
            let body = "policies: [&p {}" + String(repeating: ",*p", count: 9990) + "]"
            for action in ["validate", "apply"] {
                let reply = try await server.send(
                    "POST /v1/policies/\(action)", body, ["Content-Type": "application/yaml"])
                #expect(reply.at("/errors")?.array?.count == 100)
            }
        }
    }

    @Test("of parameters are no more", arguments: ["", "=%FF"])
    func parameters(value: String) async throws {
        try await TestServer.with { server in
            let query = (0..<1500).map { "\($0)\(value)" }.joined(separator: "&")
            let reply = try await server.send("GET /v1/clock?\(query)")
            #expect(reply.status == 422)
            #expect(reply.at("/errors")?.array?.count == 100)
        }
    }
}
