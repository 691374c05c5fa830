import ControlPlane
import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

/// Every endpoint is sent figures, dates and durations at the ends of their types: the server lives
/// and has an answer that is the client's to mend.
@Suite("Extremes over HTTP")
struct ExtremeRequestTests {
    @Test("no request of any endpoint with a figure at its end is more than the server can answer")
    func requests() async throws {
        let answered = try await TestServer.with { server in
            try await start(server)
            var count = 0
            // Time goes last: the rest of the history is then at the end of it.
            let endpoints = Routes.endpoints().filter { $0.path != "/v1/clock/advance" }
            for endpoint in endpoints {
                let line = "\(endpoint.method.rawValue) \(endpoint.path)"
                let entry = try #require(ExtremeEntries.entry(endpoint), "\(line) has no entry")
                for request in entry.requests(endpoint.method.rawValue, endpoint.path) {
                    try await send(request, server)
                    count += 1
                }
                if ["PUT", "DELETE"].contains(endpoint.method.rawValue) { try await start(server) }
            }
            return count
        }
        #expect(answered > 3000)
    }

    @Test("no spec with a member at its end is more than the server can decide by")
    func specs() async throws {
        try await TestServer.with { server in
            for type in Plane.types {
                let kind = type.kind
                for leaf in type.shape.leaves {
                    let seed = SpecSeed.spec(of: kind, for: leaf.path)
                    for (index, (text, leaf)) in Self.members(leaf).enumerated() {
                        let spec = ExtremeEntry.text(seed, leaf, text)
                        let policy =
                            #"{"kind": "\#(kind.singular)", "name": "p", "spec": \#(spec)}"#
                        let list = #"{"policies": [\#(policy)]}"#
                        try await send(HTTPRequestText("POST /v1/policies/validate", list), server)
                        let put = HTTPRequestText("PUT /v1/\(kind.plural)/p", policy)
                        let reply = try await send(put, server)
                        // The ends of its own range come first.
                        if reply.status < 300, index < 4 { try await use(kind, server) }
                    }
                }
                // What was stored can be told of, and applied again.
                for line in ["GET /v1/events?limit=1000", "GET /v1/\(kind.plural)/p/versions"] {
                    try await send(HTTPRequestText(line), server)
                }
                let file = try await server.send("GET /v1/policies/export")
                let again = try await server.send("POST /v1/policies/apply", file.text)
                #expect(again.status == 200, "\(again.text)")
            }
        }
    }

    @Test("no time that the clock is moved to is more than the server can live with")
    func clock() async throws {
        try await TestServer.with { server in
            try await start(server)
            let leaf = ShapeLeaf(path: ["ms"], shape: AdvanceBody.shape.leaves[0].shape)
            for text in leaf.shape.extremes {
                let body = ExtremeEntry.text([:], leaf, text)
                let request = HTTPRequestText("POST /v1/clock/advance", body)
                guard try await send(request, server).at("/now_at") != nil else { continue }
                for type in Plane.types { try await use(type.kind, server) }
            }
            let now = try #require(server.plane?.now)
            let rest = (ManualClock.end - now).milliseconds
            let last = try await server.send("POST /v1/clock/advance", #"{"ms": \#(rest)}"#)
            #expect(last.at("/now_at") == .string(ManualClock.end.timestamp))
            try await server.restart()
            for type in Plane.types { try await use(type.kind, server) }
        }
    }

    @Test("no Retry-After of another server is more than a guard's permit can be settled with")
    func guards() async throws {
        try await TestServer.with { server in
            try await start(server)
            let dates = Shape.numberOrText(maximumBytes: 256).extremes
            for date in dates {
                let permit = try await server.send("POST /v1/guards/p/acquire", "{}").at("/permit")
                let path = "/v1/permits/\(try #require(permit?.string))/outcome"
                let body = #"{"outcome": "failure", "status": 503, "retry_after": \#(date)}"#
                let reply = try await send(HTTPRequestText("POST \(path)", body), server)
                if reply.status == 200 { #expect(reply.at("/retry/reason") != nil, "\(date)") }
            }
        }
    }

    /// The member at its ends, and, where it is a duration, written as text too.
    private static func members(_ leaf: ShapeLeaf) -> [(String, ShapeLeaf)] {
        let figures = leaf.shape.extremes.map { ($0, leaf) }
        guard let last = leaf.path.last, last.hasSuffix("_ms") else { return figures }
        let short = ShapeLeaf(
            path: leaf.path.dropLast() + [String(last.dropLast(3))], shape: leaf.shape)
        return figures + Shape.extremeDurations.map { ("\"\($0)\"", short) }
    }

    /// Policies of all kinds, called `p`.
    private func start(_ server: TestServer) async throws {
        for type in Plane.types {
            var spec = SpecSeed.spec(of: type.kind, for: [])
            if type.kind == .guard { spec = ["retry": "p", "timeout": "p"] }
            if type.kind == .limiter { spec = SpecSeed.spec(of: type.kind, for: ["adaptive"]) }
            try await send(
                HTTPRequestText("PUT /v1/\(type.kind.plural)/p", #"{"spec": \#(spec.text)}"#),
                server)
        }
    }

    /// Asks the policy `p` of a kind what can be asked of it.
    private func use(_ kind: Kind, _ server: TestServer) async throws {
        let calls: [(String, String?)] = [
            ("POST acquire", #"{"key": "k", "cost": 1}"#), ("POST acquire", #"{"key": "k"}"#),
            ("POST acquire", #"{"reporter": "r"}"#),
            ("POST outcomes", #"{"outcome": "failure", "count": 1000000000}"#),
            ("POST outcomes", #"{"outcome": "success", "duration_ms": 0}"#),
            ("POST outcomes", #"{"outcome": "success", "duration_ms": 31622400000}"#),
            ("POST next", #"{"attempt": 1, "status": 503, "retry_after": 1e300}"#),
            ("POST next", #"{"attempt": 999999999, "status": 503}"#), ("GET schedule", nil),
            ("GET state?key=k", nil), ("GET state", nil), ("GET keys", nil), ("GET stats", nil),
            ("POST resolve", "{}"),
        ]
        for (call, body) in calls {
            let line = call.replacing(" ", with: " /v1/\(kind.plural)/p/")
            try await send(HTTPRequestText(line, body), server)
        }
    }

    @discardableResult
    private func send(_ request: HTTPRequestText, _ server: TestServer) async throws -> HTTPReply {
        let place = "\(request.method) \(request.target) \(request.text.prefix(300))"
        do {
            let reply = try await server.send(request)
            #expect((200..<500).contains(reply.status), "\(place): \(reply.text)")
            return reply
        } catch {
            Issue.record("\(place): \(error)")
            throw error
        }
    }
}

extension HTTPRequestText {
    /// The body as text.
    fileprivate var text: String { String(decoding: body ?? [], as: UTF8.self) }
}
