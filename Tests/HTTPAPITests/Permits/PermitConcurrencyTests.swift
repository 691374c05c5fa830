import Resilience
import TestSupport
import Testing

@Suite("Permits settled at once")
struct PermitConcurrencyTests {
    @Test("count once, whoever is first", arguments: [false, true])
    func once(isProbe: Bool) async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"half_open_permits": 1, "success_threshold": 2}}"#
            _ = try await server.send("PUT /v1/breakers/b", spec)
            if isProbe {
                _ = try await server.send("PUT /v1/breakers/b/state", #"{"state": "open"}"#)
                try await server.advance(by: 30_000)
            }
            let given = try await server.send("POST /v1/breakers/b/acquire")
            let permit = try #require(given.at("/permit")?.string)
            let replies = try await withThrowingTaskGroup(of: HTTPReply.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await server.send(
                            "POST /v1/permits/\(permit)/outcome", #"{"outcome": "success"}"#)
                    }
                }
                return try await group.reduce(into: [HTTPReply]()) { $0.append($1) }
            }
            let counted = replies.filter { $0.at("/counted") == true }
            #expect(counted.count == 1)
            #expect(replies.filter { $0.at("/reason") == "duplicate" }.count == 19)
            let state = try await server.send("GET /v1/breakers/b/state")
            let place = isProbe ? "/half_open/successes" : "/counts/successes"
            #expect(state.at(place) == 1, "\(state.text)")
        }
    }

    @Test("and given back at once have one end or the other")
    func givenBack() async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/breakers/b")
            var settled: Int64 = 0
            for _ in 1...20 {
                let given = try await server.send("POST /v1/breakers/b/acquire")
                let permit = try #require(given.at("/permit")?.string)
                let line = "/v1/permits/\(permit)"
                async let outcome = server.send(
                    "POST \(line)/outcome", #"{"outcome": "success"}"#)
                async let end = server.send("DELETE \(line)")
                let (told, gone) = try await (outcome, end)
                #expect(gone.status == 204)
                #expect(told.at("/counted") == true || told.at("/reason") == "duplicate")
                if told.at("/counted") == true { settled += 1 }
            }
            let state = try await server.send("GET /v1/breakers/b/state")
            #expect(state.at("/counts/successes")?.integer == settled)
        }
    }
}
