import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("How a call went")
struct CallReportTests {
    /// Everything that may be told of a call, in each of its forms.
    private static let members = [
        #""outcome": "failure", "duration_ms": 5, "status": 503"#,
        #""outcome": "timeout", "duration_ms": 5, "error": "ETIMEDOUT""#,
        #""outcome": "ignored", "duration_ms": 5, "error": {"type": "x", "message": "y"}"#,
        #""outcome": "success", "duration_ms": 5, "status": 503, "error": {"status": 503}"#,
        #"""
        "outcome": "failure", "duration_ms": 5, "reporter": "web-1", "elapsed_ms": 9,
        "retry_after": "2", "error": null, "status": null
        """#,
        #""outcome": "failure", "duration_ms": 5, "retry_after": 2"#,
        #""outcome": "failure", "duration_ms": 5, "retry_after": -1.5"#,
        #""outcome": "failure", "duration_ms": 5, "retry_after": "Mon Jan  1 00:00:00 1700""#,
    ]

    /// The endpoints that are told of a call, each with what else it needs.
    private static let endpoints = [
        ("/v1/breakers/p/outcomes", "{%}"), ("/v1/breakers/p/outcomes", #"{"outcomes": [{%}]}"#),
        ("/v1/retries/p/next", #"{"attempt": 1, %}"#), ("/v1/retries/p/outcomes", "{%}"),
        ("/v1/timeouts/p/outcomes", "{%}"), ("/v1/limiters/p/outcomes", "{%}"),
        ("/v1/permits/<permit>/outcome", "{%}"),
    ]

    private func start(_ server: TestServer) async throws {
        let adaptive = #"""
            {"initial_per_second": 1, "min_per_second": 1, "max_per_second": 1,
             "target_latency_ms": 5}
            """#
        for (kind, spec) in [
            ("breakers", "{}"), ("retries", #"{"jitter": "none"}"#),
            ("timeouts", #"{"timeout_ms": 5}"#),
            ("limiters", #"{"limits": [{}], "adaptive": \#(adaptive)}"#),
        ] {
            let reply = try await server.send("PUT /v1/\(kind)/p", #"{"spec": \#(spec)}"#)
            #expect(reply.status == 201, "\(reply.text)")
        }
    }

    private func path(_ path: String, _ server: TestServer) async throws -> String {
        guard path.contains("<permit>") else { return path }
        let reply = try await server.send("POST /v1/breakers/p/acquire", "{}")
        return path.replacing("<permit>", with: try #require(reply.at("/permit")?.string))
    }

    @Test("is told in the same members everywhere", arguments: endpoints)
    func sameEverywhere(path: String, frame: String) async throws {
        try await TestServer.with { server in
            try await start(server)
            for members in Self.members {
                let path = try await self.path(path, server)
                let body = frame.replacing("%", with: members)
                let reply = try await server.send("POST \(path)", body)
                #expect(reply.status == 200, "\(path) \(body): \(reply.text)")
                _ = try await server.send("POST /v1/breakers/p/reset", #"{"all": true}"#)
            }
        }
    }

    @Test("tells of such a status beside what else is wrong", arguments: endpoints)
    func severalFaults(path: String, frame: String) async throws {
        try await TestServer.with { server in
            try await start(server)
            let members = #""duration_ms": -1, "status": 503, "error": {"status": 502, "type": 5}"#
            let body = frame.replacing("%", with: #""outcome": "failure", "# + members)
            let reply = try await server.send("POST \(try await self.path(path, server))", body)
            let pointers = (reply.at("/errors")?.array ?? []).compactMap {
                $0.at("/pointer")?.string
            }
            #expect(pointers.count == 3, "\(path): \(reply.text)")
            for member in ["/duration_ms", "/error/type", "/status"] {
                #expect(pointers.contains { $0.hasSuffix(member) }, "\(path): \(reply.text)")
            }
        }
    }

    @Test("refuses a status beside a different one of the error", arguments: endpoints)
    func contradiction(path: String, frame: String) async throws {
        try await TestServer.with { server in
            try await start(server)
            for (members, member) in [
                (#""status": 503, "error": {"status": 502}"#, "status"),
                (#""status": 503.5"#, "status"), (#""status": "503""#, "status"),
                (#""status": 99"#, "status"), (#""error": 5"#, "error"),
                (#""error": {"type": 5}"#, "error/type"), (#""error": ["x"]"#, "error"),
                (#""retry_after": true"#, "retry_after"), (#""retry_after": []"#, "retry_after"),
            ] {
                let path = try await self.path(path, server)
                let body = frame.replacing(
                    "%", with: #""outcome": "failure", "duration_ms": 5, "# + members)
                let reply = try await server.send("POST \(path)", body)
                #expect(reply.status == 422, "\(path) \(body): \(reply.text)")
                let pointer = reply.at("/errors/0/pointer")?.string
                #expect(pointer?.hasSuffix("/" + member) == true, "\(path) \(body)")
                #expect(reply.at("/errors/1") == nil, "\(path) \(body): \(reply.text)")
            }
        }
    }

    @Test("decides on another attempt, whichever way it is told")
    func next() async throws {
        try await TestServer.with { server in
            try await start(server)
            for (members, reason, delay) in [
                (#""status": 503"#, "retryable", 100),
                (#""error": {"status": 503}"#, "retryable", 100),
                (#""error": "ECONNREFUSED""#, "retryable", 100),
                (#""error": {"type": "SOCKET.TIMEOUT"}"#, "retryable", 100),
                (#""outcome": "timeout""#, "retryable", 100),
                (#""outcome": "failure""#, "not_retryable", 0),
                (#""status": 404"#, "not_retryable", 0),
                (#""status": 404, "error": "timeout""#, "not_retryable", 0),
                (#""status": 503, "retry_after": 2"#, "retryable", 2000),
                (#""status": 503, "retry_after": "2""#, "retryable", 2000),
                (#""status": 503, "retry_after": 2.0"#, "retryable", 2000),
                (#""status": 503, "retry_after": 1e30"#, "retry_after_too_long", 0),
                (
                    #""status": 503, "retry_after": "Fri, 31 Dec 9999 23:59:59 GMT""#,
                    "retry_after_too_long", 0
                ),
                (
                    #""status": 503, "retry_after": "Mon, 01 Jan 1700 00:00:00 GMT""#, "retryable",
                    100
                ),
                (#""status": 503, "retry_after": -2"#, "retryable", 100),
            ] as [(String, String, Int64)] {
                let reply = try await server.send(
                    "POST /v1/retries/p/next", #"{"attempt": 1, \#(members)}"#)
                #expect(reply.at("/reason") == .string(reason), "\(members): \(reply.text)")
                let told: JSONValue = delay == 0 ? .null : .integer(delay)
                #expect(reply.at("/delay_ms") == told, "\(members): \(reply.text)")
            }
        }
    }

    @Test("stands in every body that tells of an outcome")
    func declared() {
        let shared = CallMembers().names
        for fields in [
            OutcomeBody.fields.map(\.info), PermitOutcomeBody.fields.map(\.info),
            RetryBody.fields.map(\.info), RetryOutcomeBody.fields.map(\.info),
            TimeoutOutcomeBody.fields.map(\.info), LimiterOutcomeBody.fields.map(\.info),
        ] {
            #expect(shared.subtracting(fields.map(\.name)) == [])
        }
        let told = Routes.endpoints().filter {
            $0.path.hasSuffix("/outcomes") || $0.path.hasSuffix("/next")
        }
        let tested = Set(Self.endpoints.map(\.0))
        for endpoint in told {
            let path = endpoint.path.replacing("{name}", with: "p")
            #expect(tested.contains(path), "\(path)")
        }
    }
}

extension CallMembers {
    /// The members as they are called on the wire.
    fileprivate var names: Set<String> {
        [
            "outcome", "duration_ms", "status", "error", "reporter", "elapsed_ms", "retry_after",
        ]
    }
}
