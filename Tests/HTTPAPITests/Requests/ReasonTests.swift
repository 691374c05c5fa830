import HTTPAPI
import Resilience
import TestSupport
import Testing

@Suite("Why writes are made")
struct ReasonTests {
    private static let limiter = "/v1/limiters/api"
    private static let breaker = "/v1/breakers/b"
    private static let spec = #"{"spec": {"limits": [{"quota": 6}]}}"#
    private static let apply = #"{"policies": [{"kind": "retry", "name": "r"}]}"#
    private static let assigned = "\(limiter)/assignments/k"

    /// Every write that makes an event, with the type of that event.
    private static let writes: [(line: String, body: String?, event: String)] = [
        ("PUT \(limiter)", spec, "policy.created"), ("PUT \(breaker)", "{}", "policy.created"),
        ("PATCH \(limiter)", #"{"mode": "shadow"}"#, "policy.updated"),
        ("POST \(limiter)/rollback", #"{"version": 1}"#, "policy.rolled_back"),
        ("POST /v1/policies/apply", apply, "policy.created"),
        ("PUT \(assigned)", #"{"unlimited": true}"#, "limiter.assigned"),
        ("DELETE \(assigned)", nil, "limiter.unassigned"),
        ("POST \(limiter)/refund", #"{"key": "k"}"#, "limiter.refunded"),
        ("POST \(limiter)/reset", #"{"all": true}"#, "limiter.reset"),
        ("PUT \(breaker)/state", #"{"state": "forced_open"}"#, "breaker.forced_open"),
        ("DELETE \(breaker)/state", nil, "breaker.released"),
        ("POST \(breaker)/reset", #"{"key": ""}"#, "breaker.reset"),
        ("DELETE \(limiter)", nil, "policy.deleted"),
    ]

    @Test("X-Reason stands in the event of every write")
    func everyWrite() async throws {
        try await TestServer.with { server in
            var seq: Int64 = 1
            for (line, body, type) in Self.writes {
                let fields = ["X-Reason": "f%C3%BCr%20100%25%2C ja"]
                let reply = try await server.send(line, body, fields)
                #expect(reply.status < 300, "\(line): \(reply.text)")
                let events = try await server.events(after: seq)
                #expect(events.first?.at("/type") == .string(type), "\(line)")
                #expect(events.first?.at("/reason") == "für 100%, ja", "\(line)")
                seq = events.last?.at("/seq")?.integer ?? seq
            }
        }
    }

    @Test("a reason in the body wins over X-Reason")
    func body() async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT \(Self.breaker)", "{}")
            let fields = ["X-Reason": "field"]
            let state = #"{"state": "forced_open", "reason": "body"}"#
            _ = try await server.send("PUT \(Self.breaker)/state", state, fields)
            let reset = #"{"key": "", "reason": "body too"}"#
            _ = try await server.send("POST \(Self.breaker)/reset", reset, fields)
            let reasons = try await server.events().suffix(2).map { $0.at("/reason") }
            #expect(reasons == ["body", "body too"])
        }
    }

    @Test(
        "one that cannot be read is refused with its place",
        arguments: [
            "%", "%zz", "%FF", "a%0Ab", "ü", String(repeating: "a", count: 501),
            String(repeating: "%C3%BC", count: 251),
        ])
    func refused(field: String) async throws {
        try await TestServer.with { server in
            let reply = try await server.send(
                "PUT \(Self.limiter)", Self.spec, ["X-Reason": field])
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.at("/errors/0/pointer") == "/header/X-Reason")
            #expect(try await server.send("GET \(Self.limiter)").status == 404)
        }
    }

    @Test("one of 500 bytes is kept whole, and an empty one is none")
    func lengths() async throws {
        try await TestServer.with { server in
            let long = String(repeating: "%C3%BC", count: 250)
            _ = try await server.send("PUT \(Self.limiter)", Self.spec, ["X-Reason": long])
            _ = try await server.send("DELETE \(Self.limiter)", nil, ["X-Reason": ""])
            let reasons = try await server.events().suffix(2).map { $0.at("/reason") }
            #expect(reasons == [.string(String(repeating: "ü", count: 250)), .null])
        }
    }

    @Test("where they are required, a write of a policy, a state or an assignment needs one")
    func required() async throws {
        var options = TestServer.Options()
        options.bounds.requiresReason = true
        try await TestServer.with(options) { server in
            for (line, body, type) in Self.writes {
                let refused = try await server.send(line, body)
                let isFree = type == "limiter.refunded" || line.hasSuffix("/reset")
                #expect((refused.status == 422) != isFree, "\(line): \(refused.text)")
                if !isFree {
                    #expect(refused.at("/errors/0/pointer") == "/header/X-Reason")
                    let done = try await server.send(line, body, ["X-Reason": "why"])
                    #expect(done.status < 300, "\(line): \(done.text)")
                }
            }
            // One that says nothing is none, and stands in the way of none.
            for empty in ["", "  "] {
                let state = #"{"state": "forced_open", "reason": "\#(empty)"}"#
                #expect(try await server.send("PUT \(Self.breaker)/state", state).status == 422)
                let told = try await server.send(
                    "PUT \(Self.breaker)/state", state, ["X-Reason": "real"])
                #expect(told.status == 200)
                #expect(try await server.events().last?.at("/reason") == "real")
            }
            let state = #"{"state": "forced_open", "reason": "why"}"#
            #expect(try await server.send("PUT \(Self.breaker)/state", state).status == 200)
            let dry = #"{"policies": [], "dry_run": true}"#
            #expect(try await server.send("POST /v1/policies/apply", dry).status == 200)
        }
    }
}
