import Resilience
import TestSupport
import Testing

@Suite("The history over HTTP")
struct EventTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    /// Four events after the start: made by ada, anonymous, bob in a trace, and the server.
    private func prepare(_ server: TestServer) async throws {
        let spec = #"{"spec": {"limits": [{"quota": 1, "period_ms": 60000}]}}"#
        _ = try await server.send("PUT /v1/limiters/a", spec, ["X-Actor": "ada"])
        _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1000}"#)
        _ = try await server.send("PUT /v1/limiters/b", spec)
        _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1000}"#)
        _ = try await server.send(
            "PUT /v1/limiters/a/assignments/k%25", #"{"tier": "default"}"#,
            ["X-Actor": "bob", "traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01"])
        for _ in 1...2 {
            _ = try await server.send("POST /v1/limiters/a/acquire", #"{"key": "l"}"#)
        }
    }

    @Test("is filtered by every parameter, alone and together")
    func filters() async throws {
        try await TestServer.with { server in
            try await prepare(server)
            let all = ["5", "4", "3", "2", "1"]
            for (query, seqs) in [
                ("", all), ("order=asc", all.reversed()), ("order=desc", all),
                ("type=policy.created", ["3", "2"]), ("type=policy.*", ["3", "2"]),
                ("type=limiter.*", ["5", "4"]), ("type=alert.*", []),
                ("type=limiter.assigned,policy.*", ["4", "3", "2"]),
                ("type=server.started,limiter.limited", ["5", "1"]),
                ("type=policy.created,policy.created,policy.*", ["3", "2"]),
                ("type=limiter.*,server.*&order=asc&limit=2", ["1", "4"]),
                ("kind=limiters&name=a", ["5", "4", "2"]), ("kind=recoveries", []),
                ("kind=limiter", ["5", "4", "3", "2"]), ("kind=breaker", []),
                ("name=a", ["5", "4", "2"]), ("name=A", []), ("key=k%25", ["4"]), ("key=k", []),
                ("key=", []), ("actor=ada", ["2"]), ("actor=anonymous", ["5", "3"]),
                ("actor=switchgear", ["1"]), ("trace_id=\(Self.trace)", ["4"]),
                ("since=2026-01-01T00:00:01.000Z", ["5", "4", "3"]),
                ("since=2026-01-01T01:00:02%2B01:00", ["5", "4"]),
                ("until=2026-01-01T00:00:01.001Z&since=2026-01-01T00:00:01Z", ["3"]),
                ("until=2026-01-01T00:00:01Z", ["2", "1"]),
                ("after=3", ["5", "4"]), ("after=3&order=asc", ["4", "5"]), ("after=99", []),
                ("name=a&actor=ada&type=policy.*", ["2"]), ("name=a'%20OR%20'1'='1", []),
                ("limit=2", ["5", "4"]), ("order=asc&limit=1", ["1"]),
            ] {
                let reply = try await server.send("GET /v1/events?\(query)")
                let found = (reply.at("/events")?.array ?? []).compactMap { $0.at("/seq")?.text }
                #expect(found == seqs, "\(query): \(reply.text)")
            }
        }
    }

    @Test(
        "a type or a kind that there is not is refused, with those that there are",
        arguments: [
            ("type=policy", "policy.*"), ("type=*", "limiter.*"), ("type=policy.%25", "policy.*"),
            ("type=limiter.limted", "limiter.limited"), ("type=POLICY.*", "policy.*"),
            ("type=policy.created.*", "policy.created"), ("type=policy.*,", "auth.*"),
            ("type=,", "auth.*"), ("type=policy.created,nothing.at_all", "breaker.*"),
            ("kind=boiler", "limiter, recovery"), ("kind=LIMITER", "limiter"),
        ])
    func unknown(query: String, hint: String) async throws {
        try await TestServer.with { server in
            let reply = try await server.send("GET /v1/events?\(query)")
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.at("/detail")?.string?.contains(hint) == true, "\(reply.text)")
        }
    }

    @Test("an event is found by its number, with all its members")
    func one() async throws {
        try await TestServer.with { server in
            try await prepare(server)
            let reply = try await server.send("GET /v1/events/4")
            let expected = #"""
                {"seq": 4, "at": "2026-01-01T00:00:02.000Z", "type": "limiter.assigned",
                 "kind": "limiter", "name": "a", "key": "k%", "actor": "bob",
                 "trace_id": "\#(Self.trace)", "policy_version": 1, "reason": null, "data": {}}
                """#
            #expect(try JSONMatch.mismatches(expected, reply.body).isEmpty, "\(reply.text)")
            #expect(reply.json?.object?.count == 11)
            #expect(try await server.send("GET /v1/events/6").status == 404)
        }
    }

    @Test(
        "a malformed traceparent is no trace, and no fault",
        arguments: [
            "", "00", "00-\(trace)-00f067aa0ba902b7",
            "00-\(trace.uppercased())-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-\(trace)-0000000000000000-01", "ff-\(trace)-00f067aa0ba902b7-01",
            "00-\(trace)-00f067aa0ba902b7-01-x", "é-\(trace)-00f067aa0ba902b7-01",
        ])
    func malformedTrace(traceparent: String) async throws {
        try await TestServer.with { server in
            let reply = try await server.send(
                "PUT /v1/limiters/a", #"{"spec": {"preset": "embed"}}"#,
                ["traceparent": traceparent])
            #expect(reply.status == 201, "\(reply.text)")
            #expect(try await server.send("GET /v1/events/2").at("/trace_id") == .null)
        }
    }

    @Test("a later version of traceparent may have more parts")
    func laterTrace() async throws {
        try await TestServer.with { server in
            let traceparent = "01-\(Self.trace)-00f067aa0ba902b7-01-what-comes"
            _ = try await server.send(
                "PUT /v1/limiters/a", #"{"spec": {"preset": "embed"}}"#,
                ["traceparent": traceparent])
            let event = try await server.send("GET /v1/events/2")
            #expect(event.at("/trace_id") == .string(Self.trace))
        }
    }
}
