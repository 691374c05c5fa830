import Resilience
import TestSupport
import Testing

@Suite("Known answers of the breaker over HTTP")
struct BreakerVectorTests {
    @Test(
        "are given, with and without a restart between every two steps", arguments: [false, true])
    func known(restarts: Bool) async throws {
        let vector = try JSONParser.parse(Project.text("Tests/Vectors/breaker.json")).value
        let cases = try #require(vector.at("/cases")?.array)
        #expect(cases.count == 9)
        let spec = try #require(vector.at("/spec"))
        for one in cases {
            try await TestServer.with { server in
                let policy: JSONValue = ["spec": spec]
                #expect(try await server.send("PUT /v1/breakers/v", policy.text).status == 201)
                try await BreakerScript(server: server, restarts: restarts).run(one)
            }
        }
    }
}

/// One case of the vector, played over HTTP.
private struct BreakerScript {
    let server: TestServer
    let restarts: Bool

    func run(_ one: JSONValue) async throws {
        let name = one.at("/name")?.string ?? ""
        if let from = one.at("/from")?.string { try await lead(to: from) }
        var permit: String?
        var last: HTTPReply?
        for call in words(one, "/calls") {
            if call == "permit from closed" {
                permit = try await acquire().at("/permit")?.string
            } else if call.hasPrefix("settle that permit") {
                let path = "POST /v1/permits/\(try #require(permit))/outcome"
                last = try await send(path, #"{"outcome": "success"}"#)
            } else {
                try await report(call)
                try await advance(one.at("/spacing_ms")?.integer ?? 0)
            }
        }
        for member in ["counted", "reason"] {
            if let value = one.at("/\(member)") {
                #expect(last?.at("/\(member)") == value, "\(name)")
            }
        }
        try await expectState(one, name)
        for call in words(one, "/then") { try await report(call) }
        if let state = one.at("/then_state") {
            #expect(try await self.state().at("/state") == state, "\(name)")
        }
        try await ask(one, name)
    }

    private func expectState(_ one: JSONValue, _ name: String) async throws {
        let state = try await state()
        for member in ["state", "failure_rate", "slow_rate"] {
            if let value = one.at("/\(member)") {
                #expect(state.at("/\(member)") == value, "\(name)")
            }
        }
        for member in ["total", "failures"] {
            if let value = one.at("/\(member)") {
                #expect(state.at("/counts/\(member)") == value, "\(name)")
            }
        }
    }

    private func ask(_ one: JSONValue, _ name: String) async throws {
        let allowed = one.at("/allowed")?.array ?? []
        var answers: [JSONValue] = []
        var now: Int64 = 0
        for at in one.at("/acquire_at_ms")?.array?.compactMap(\.integer) ?? [] {
            try await advance(at - now)
            now = at
            answers.append(try await acquire().at("/allowed") ?? .null)
        }
        let before = one.at("/acquires")?.integer ?? 0
        var first: String?
        for _ in 0..<before {
            let reply = try await acquire()
            first = first ?? reply.at("/permit")?.string
            if one.at("/then_acquires") == nil { answers.append(reply.at("/allowed") ?? .null) }
        }
        if let first, one.at("/settle") != nil {
            _ = try await send("POST /v1/permits/\(first)/outcome", #"{"outcome": "ignored"}"#)
        }
        for _ in 0..<(one.at("/then_acquires")?.integer ?? 0) {
            answers.append(try await acquire().at("/allowed") ?? .null)
        }
        #expect(answers == allowed, "\(name)")
    }

    private func lead(to state: String) async throws {
        if state == "forced_open" {
            _ = try await send("PUT /v1/breakers/v/state", #"{"state": "forced_open"}"#)
            return
        }
        for _ in 1...5 { try await report("F") }
        if state == "half_open" { try await advance(5000) }
    }

    /// `F`, `S`, or one of them with how many milliseconds it took.
    private func report(_ call: String) async throws {
        let outcome = call.hasPrefix("F") ? "failure" : "success"
        let body: JSONValue = [
            "outcome": .string(outcome), "duration_ms": JSONValue(Int64(call.dropFirst())),
        ]
        #expect(try await send("POST /v1/breakers/v/outcomes", body.text).status == 200)
    }

    private func words(_ one: JSONValue, _ pointer: String) -> [String] {
        one.at(pointer)?.array?.compactMap(\.string) ?? []
    }

    private func acquire() async throws -> HTTPReply {
        try await send("POST /v1/breakers/v/acquire", "{}")
    }

    private func state() async throws -> HTTPReply {
        try await send("GET /v1/breakers/v/state", nil)
    }

    private func advance(_ span: Int64) async throws {
        let body: JSONValue = ["ms": .integer(span)]
        #expect(try await send("POST /v1/clock/advance", body.text).status == 200)
    }

    private func send(_ what: String, _ body: String?) async throws -> HTTPReply {
        if restarts { try await server.restart() }
        return try await server.send(what, body)
    }
}
