import Resilience
import TestSupport
import Testing

@Suite("Fields of requests")
struct RequestFieldTests {
    @Test("a printable request id is given back, with problems too")
    func requestID() async throws {
        try await TestServer.with { server in
            for id in [
                "a", "550e8400-e29b-41d4-a716-446655440000", String(repeating: "x", count: 128),
            ] {
                for path in ["/livez", "/nothing", "/v1/limiters/none"] {
                    let reply = try await server.send("GET \(path)", nil, ["X-Request-Id": id])
                    #expect(reply["X-Request-Id"] == id, "\(path)")
                    if reply.status != 200 { #expect(reply.at("/request_id") == .string(id)) }
                }
            }
        }
    }

    @Test(
        "another request id is replaced by a new one",
        arguments: [nil, "", "a b", "é", String(repeating: "x", count: 129)])
    func newRequestID(id: String?) async throws {
        try await TestServer.with { server in
            var seen: Set<String> = []
            for _ in 1...3 {
                let fields = id.map { ["X-Request-Id": $0] } ?? [:]
                let reply = try await server.send("GET /livez", nil, fields)
                let new = try #require(reply["X-Request-Id"])
                #expect(new.utf8.count == 32 && new != id)
                seen.insert(new)
            }
            #expect(seen.count == 3)
        }
    }

    @Test(
        "the actor is what the caller says, else anonymous",
        arguments: [(nil, "anonymous"), ("ada", "ada"), ("Zoë B.", "Zoë B."), ("a,b", "a,b")])
    func actor(said: String?, told: String) async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"preset": "embed"}}"#
            let fields = said.map { ["X-Actor": $0] } ?? [:]
            let reply = try await server.send("PUT /v1/limiters/a", spec, fields)
            #expect(reply.at("/updated_by") == .string(told))
            #expect(try await server.send("GET /v1/events/2").at("/actor") == .string(told))
        }
    }

    @Test("an actor that cannot stand in the history is refused", arguments: [0, 129])
    func badActor(length: Int) async throws {
        try await TestServer.with { server in
            let reply = try await server.send(
                "PUT /v1/limiters/a", #"{"spec": {"preset": "embed"}}"#,
                ["X-Actor": String(repeating: "a", count: length)])
            #expect(reply.status == 422 && reply.at("/errors/0/pointer") == "/header/X-Actor")
            #expect(try await server.send("GET /v1/limiters/a").status == 404)
        }
    }
}
