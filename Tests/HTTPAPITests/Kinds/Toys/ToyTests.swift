import ControlPlane
import Resilience
import Testing

@testable import HTTPAPI
@testable import TestSupport

@Suite("A kind that is added to the array")
struct ToyTests {
    private func withToys(_ body: (TestServer) async throws -> Void) async throws {
        var options = TestServer.Options()
        options.kinds = Routes.standard + [ToyAPI()]
        try await TestServer.with(options, body)
    }

    @Test("has what all kinds have, and its own endpoints")
    func endpoints() async throws {
        try await withToys { server in
            let state = try await server.send("GET /v1/toys/t/state?key=k")
            #expect(state.text == #"{"key":"k"}"#)
            let page = try await server.send("GET /v1/toys/t/keys?limit=2")
            #expect(page.at("/keys") == [["key": "a"], ["key": "b"]])
            let rest = try await server.send(
                "GET /v1/toys/t/keys?cursor=\(page.at("/next")?.string ?? "")")
            #expect(rest.at("/keys") == [["key": "c"]] && rest.at("/next") == .null)
            let reset = try await server.send("POST /v1/toys/t/reset", #"{"all": true}"#)
            #expect(reset.text == #"{"reset":3}"#)
            let stats = try await server.send("GET /v1/toys/t/stats")
            #expect(stats.at("/totals/allowed") == 2 && stats.at("/last_minute/allowed") == 1)
            let own = try await server.send("GET /v1/toys/t/sound")
            #expect(own.at("/sound") == "squeak")
            let policies = try await server.send("GET /v1/toys")
            #expect(policies.at("/toys") == [])
        }
    }

    @Test("is asked by itself and in a batch")
    func deciding() async throws {
        try await withToys { server in
            let denied = try await server.send(
                "POST /v1/toys/t/acquire?deny_status=429", #"{"number": 3}"#)
            #expect(denied.status == 429 && denied["Retry-After"] == "2")
            let batch = try await server.send(
                "POST /v1/decisions",
                #"""
                {"decisions": [{"kind": "toy", "name": "t", "number": 2},
                               {"kind": "toy", "name": "t", "numbers": 2}, {"kind": "toe"}]}
                """#)
            #expect(batch.at("/results/0/allowed") == true)
            #expect(batch.at("/results/1/errors/0/pointer")?.string?.contains("number") == true)
            let choices = batch.at("/results/2/errors/0/detail")?.string
            #expect(choices?.contains(#""toy""#) == true)
        }
    }

    @Test("is not there without it")
    func standard() async throws {
        try await TestServer.with { server in
            let reply = try await server.send("GET /v1/toys/t/stats")
            #expect(reply.status == 404)
        }
    }

    @Test("the standard ones are those of the plane")
    func kinds() {
        let served = Routes.standard.map { $0.kind.singular }.sorted()
        #expect(served == Plane.types.map { $0.kind.singular }.sorted())
    }
}
