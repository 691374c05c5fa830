import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Requests with an Idempotency-Key")
struct IdempotencyTests {
    private static let replayed = "Idempotency-Replayed"

    private func withLimiter(
        quota: Int = 1000, _ options: TestServer.Options = TestServer.Options(),
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.with(options) { server in
            let spec = #"{"spec": {"limits": [{"quota": \#(quota), "period_ms": 3600000}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            try await body(server)
        }
    }

    private func acquire(
        _ server: TestServer, _ key: String, query: String = "", body: String = #"{"key": "k"}"#,
        fields: [String: String] = [:]
    ) async throws -> HTTPReply {
        let fields = fields.merging(["Idempotency-Key": key]) { own, _ in own }
        return try await server.send("POST /v1/limiters/api/acquire\(query)", body, fields)
    }

    private func allowed(_ server: TestServer) async throws -> Int64? {
        try await server.send("GET /v1/limiters/api/stats").at("/totals/allowed")?.integer
    }

    @Test("are those that ask and those that tell how it went, and no others")
    func endpoints() {
        let words = ["acquire", "refund", "outcome", "outcomes", "next", "decisions"]
        for endpoint in Routes.endpoints() {
            let last = endpoint.path.split(separator: "/").last.map(String.init) ?? ""
            let isAsking = endpoint.method == .post && words.contains(last)
            #expect(endpoint.takesKey == isAsking, "\(endpoint.method) \(endpoint.path)")
        }
    }

    @Test("a hundred of the same at once spend one token and have one answer")
    func concurrent() async throws {
        try await withLimiter { server in
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...100 { group.addTask { try await acquire(server, "same") } }
                return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 200 && $0.at("/remaining") == 999 })
            #expect(Set(replies.map(\.text)).count == 1)
            #expect(replies.filter { $0[Self.replayed] == "true" }.count == 99)
            #expect(Set(replies.map { $0["X-Request-Id"] }).count == 100)
            #expect(Set(replies.map { $0["RateLimit"] }) == [#""default";r=999;t=4"#])
            #expect(try await allowed(server) == 1)
        }
    }

    @Test("an answer is given again for a minute of policy time")
    func lifetime() async throws {
        try await withLimiter { server in
            let first = try await acquire(server, "a")
            #expect(first.at("/remaining") == 999 && first[Self.replayed] == nil)
            _ = try await server.send("POST /v1/clock/advance", #"{"ms": 59999}"#)
            let again = try await acquire(server, "a")
            #expect(again.body == first.body && again[Self.replayed] == "true")
            _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1}"#)
            let anew = try await acquire(server, "a")
            #expect(anew[Self.replayed] == nil)
            #expect(try await allowed(server) == 2)
        }
    }

    @Test("a key belongs to who asks, to the path, and to one query and body")
    func scope() async throws {
        try await withLimiter { server in
            _ = try await server.send("PUT /v1/breakers/api")
            #expect(try await acquire(server, "a").status == 200)
            for (query, body) in [
                ("?deny_status=429", #"{"key": "k"}"#), ("", #"{"key": "other"}"#), ("", ""),
            ] {
                let reply = try await acquire(server, "a", query: query, body: body)
                #expect(reply.status == 422 && reply[Self.replayed] == nil)
                #expect(reply.at("/errors/0/pointer") == "/header/Idempotency-Key")
                #expect(
                    reply.at("/errors/0/detail")
                        == "was used for a request with another query or body")
                reply.checkProblem(HTTPRequestText("POST /v1/limiters/api/acquire\(query)"))
            }
            #expect(try await allowed(server) == 1)
            let other = try await acquire(server, "a", fields: ["X-Actor": "ada"])
            #expect(other[Self.replayed] == nil)
            let breaker = try await server.send(
                "POST /v1/breakers/api/acquire", #"{"key": "k"}"#, ["Idempotency-Key": "a"])
            #expect(breaker.status == 200 && breaker[Self.replayed] == nil)
            #expect(try await acquire(server, "b")[Self.replayed] == nil)
            #expect(try await allowed(server) == 3)
        }
    }

    @Test(
        "a field that is none is refused, and nothing is done",
        arguments: [
            ["Idempotency-Key": ""], ["Idempotency-Key": String(repeating: "x", count: 256)],
            ["Idempotency-Key": "caf\u{e9}"], ["Idempotency-Key": "a", "idempotency-key": "a"],
        ])
    func faults(_ fields: [String: String]) async throws {
        try await withLimiter { server in
            let line = "POST /v1/limiters/api/acquire"
            let reply = try await server.send(line, #"{"key": "k"}"#, fields)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.at("/errors/0/pointer") == "/header/Idempotency-Key")
            #expect(try await allowed(server) == 0)
            let longest = String(repeating: "~", count: 254) + "!"
            #expect(try await acquire(server, longest).status == 200)
        }
    }

    @Test("a problem is not kept: what could not be done can be tried again")
    func problems() async throws {
        try await TestServer.with { server in
            #expect(try await acquire(server, "a").status == 404)
            let spec = #"{"spec": {"limits": [{"quota": 1}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            let reply = try await acquire(server, "a")
            #expect(reply.status == 200 && reply[Self.replayed] == nil)
        }
    }

    @Test("a denial is an answer: it is given again with its status and its fields")
    func denials() async throws {
        try await withLimiter(quota: 1) { server in
            _ = try await acquire(server, "a")
            let denial = try await acquire(server, "b", query: "?deny_status=429")
            #expect(denial.status == 429)
            _ = try await server.send("POST /v1/limiters/api/reset", #"{"all": true}"#)
            let again = try await acquire(server, "b", query: "?deny_status=429")
            #expect(again.status == 429 && again.body == denial.body)
            #expect(again["Retry-After"] == "3600" && again[Self.replayed] == "true")
        }
    }

    @Test("no more answers are kept than there is room for; the oldest is forgotten")
    func room() async throws {
        var options = TestServer.Options()
        options.bounds.keptAnswers = 2
        try await withLimiter(options) { server in
            for key in ["a", "b", "c"] { _ = try await acquire(server, key) }
            #expect(try await acquire(server, "c")[Self.replayed] == "true")
            #expect(try await acquire(server, "b")[Self.replayed] == "true")
            #expect(try await acquire(server, "a")[Self.replayed] == nil)
            #expect(try await allowed(server) == 4)
        }
    }

    @Test("without a key, and where none is taken, everything is done each time")
    func without() async throws {
        try await withLimiter { server in
            for _ in 1...2 {
                let reply = try await server.send(
                    "POST /v1/limiters/api/acquire", #"{"key": "k"}"#)
                #expect(reply[Self.replayed] == nil)
            }
            #expect(try await allowed(server) == 2)
            for spec in [#"{"mode": "shadow"}"#, #"{"mode": "disabled"}"#] {
                let fields = ["Idempotency-Key": "a"]
                let reply = try await server.send("PATCH /v1/limiters/api", spec, fields)
                #expect(reply.status == 200 && reply[Self.replayed] == nil)
            }
        }
    }
}
