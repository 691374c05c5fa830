import Resilience
import Testing

@testable import ControlPlane
@testable import HTTPAPI
@testable import TestSupport

extension TestServer {
    /// Runs `body` with a server that has counters.
    static func withCounters(
        _ environment: [String: String] = [:], _ body: (TestServer) async throws -> Void
    ) async throws {
        var options = Options()
        options.environment = environment
        options.planeKinds = Plane.kinds + [Counters.self]
        options.kinds = Routes.standard + [CounterAPI()]
        try await with(options, body)
    }

    /// Puts a counter of that limit, and tells its answer.
    @discardableResult
    func putCounter(_ name: String = "jobs", limit: Int) async throws -> HTTPReply {
        try await send("PUT /v1/counters/\(name)", #"{"spec": {"limit": \#(limit)}}"#)
    }

    /// Asks a counter.
    func count(_ name: String = "jobs", key: String = "") async throws -> HTTPReply {
        try await send("POST /v1/counters/\(name)/acquire", #"{"key": "\#(key)"}"#)
    }
}

@Suite("A kind of its own over HTTP")
struct CounterHTTPTests {
    @Test("has policies, with their faults, versions and rollback")
    func policies() async throws {
        try await TestServer.withCounters { server in
            #expect(try await server.putCounter(limit: 3).status == 201)
            let fault = try await server.putCounter(limit: 0)
            #expect(fault.status == 422 && fault.at("/errors/0/pointer") == "/spec/limit")
            let patched = try await server.send(
                "PATCH /v1/counters/jobs", #"{"spec": {"limit": 5}}"#)
            #expect(patched.at("/version") == 2)
            #expect(patched.at("/effective") == ["limit": 5, "lease_ms": 60_000])
            let back = try await server.send("POST /v1/counters/jobs/rollback", #"{"version": 1}"#)
            #expect(back.at("/version") == 3 && back.at("/effective/limit") == 3)
            let versions = try await server.send("GET /v1/counters/jobs/versions")
            #expect(versions.at("/versions")?.array?.count == 3)
            let list = try await server.send("GET /v1/policies?kind=counter")
            #expect(list.at("/policies/0/name") == "jobs")
            #expect(try await server.send("GET /v1/counters").at("/counters/0/version") == 3)
            #expect(try await server.send("DELETE /v1/counters/jobs").status == 204)
            #expect(try await server.send("GET /v1/counters/jobs").status == 404)
        }
    }

    @Test("is overridden by variables of the environment")
    func overrides() async throws {
        let environment = ["SWITCHGEAR_COUNTERS__JOBS__LIMIT": "1"]
        try await TestServer.withCounters(environment) { server in
            let put = try await server.putCounter(limit: 3)
            #expect(put.at("/spec/limit") == 3 && put.at("/effective/limit") == 1)
            #expect(put.at("/overrides/0/variable") == "SWITCHGEAR_COUNTERS__JOBS__LIMIT")
            #expect(try await server.count().at("/allowed") == true)
            #expect(try await server.count().at("/allowed") == false)
        }
    }

    @Test("has keys, states, figures and its own endpoint, and is reset")
    func states() async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 2)
            for key in ["a", "a", "a", "b"] { _ = try await server.count(key: key) }
            let page = try await server.send("GET /v1/counters/jobs/keys?limit=1")
            #expect(
                page.at("/keys") == [["name": "jobs", "key": "a", "held": 2, "limit": 2]])
            let next = page.at("/next")?.string ?? ""
            let rest = try await server.send("GET /v1/counters/jobs/keys?cursor=\(next)")
            #expect(rest.at("/keys/0/key") == "b" && rest.at("/next") == .null)
            let state = try await server.send("GET /v1/counters/jobs/state?key=b")
            #expect(state.at("/held") == 1)
            let own = try await server.send("GET /v1/counters/jobs/free")
            #expect(own.at("/free") == 2)
            let stats = try await server.send("GET /v1/counters/jobs/stats")
            #expect(
                stats.at("/totals") == ["allowed": 3, "denied": 1, "released": 0, "expired": 0])
            #expect(stats.at("/last_minute/allowed") == 3)
            let reset = try await server.send("POST /v1/counters/jobs/reset", #"{"all": true}"#)
            #expect(reset.at("/reset") == 2)
            #expect(try await server.send("GET /v1/counters/jobs/keys").at("/keys") == [])
        }
    }

    @Test("is asked by itself and in a batch, and denies with the status that is asked for")
    func deciding() async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 1)
            let batch = try await server.send(
                "POST /v1/decisions",
                #"""
                {"decisions": [{"kind": "counter", "name": "jobs"},
                               {"kind": "counter", "name": "jobs"},
                               {"kind": "counter", "name": "jobs", "keys": "k"}, {"kind": "toe"}]}
                """#)
            #expect(batch.at("/results/0/permit")?.string != nil)
            #expect(batch.at("/results/1/allowed") == false)
            #expect(batch.at("/results/1/reason") == "exhausted")
            #expect(batch.at("/results/2/errors/0/pointer") == "/decisions/2/keys")
            let choices = batch.at("/results/3/errors/0/detail")?.string
            #expect(choices?.contains(#""counter""#) == true)
            let denied = try await server.send(
                "POST /v1/counters/jobs/acquire?deny_status=429", "{}")
            #expect(denied.status == 429 && denied["Retry-After"] == "60")
        }
    }

    @Test("gives permits, which are renewed, settled once, and released")
    func permits() async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 2)
            let first = try #require(try await server.count().at("/permit")?.string)
            let other = try #require(try await server.count().at("/permit")?.string)
            let renewed = try await server.send("POST /v1/permits/\(first)/renew", "{}")
            #expect(renewed.at("/expires_at")?.string != nil)
            for reason in [JSONValue.null, "duplicate"] {
                let settled = try await server.send(
                    "POST /v1/permits/\(first)/outcome", #"{"outcome": "success"}"#)
                #expect(settled.at("/counted") == .bool(reason == .null))
                #expect(settled.at("/reason") == reason)
            }
            #expect(try await server.send("DELETE /v1/permits/\(other)").status == 204)
            let state = try await server.send("GET /v1/counters/jobs/state")
            #expect(state.at("/held") == 0)
        }
    }

    @Test("has events, which can be asked for by its name")
    func events() async throws {
        try await TestServer.withCounters { server in
            try await server.putCounter(limit: 1)
            _ = try await server.count(key: "k")
            let body = #"{"key": "k", "reason": "test"}"#
            _ = try await server.send("POST /v1/counters/jobs/reset", body)
            let events = try await server.send(
                "GET /v1/events?type=counter.*&kind=counters&order=asc")
            #expect(events.at("/events/0/type") == "counter.exhausted")
            #expect(events.at("/events/0/key") == "k" && events.at("/events/0/kind") == "counter")
            #expect(events.at("/events/0/data") == ["limit": 1])
            #expect(events.at("/events/1/type") == "counter.reset")
            #expect(events.at("/events/2") == nil)
            let fault = try await server.send("GET /v1/events?type=counter.exhaused")
            let detail = fault.at("/errors/0/detail")?.string
            #expect(detail?.contains("counter.exhausted") == true, "\(fault.text)")
        }
    }

    @Test("is not there without it")
    func standard() async throws {
        try await TestServer.with { server in
            let policies = try await server.send("GET /v1/counters")
            let events = try await server.send("GET /v1/events?type=counter.*")
            #expect(policies.status == 404 && events.status == 422)
        }
    }
}
