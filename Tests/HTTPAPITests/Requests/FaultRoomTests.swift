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
}
