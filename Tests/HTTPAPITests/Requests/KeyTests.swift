import Resilience
import TestSupport
import Testing

@Suite("Keys over HTTP")
struct KeyTests {
    /// Keys in the order of their bytes, each with what it is in a path or a query.
    private static let keys = [
        ("", ""), (" ", "%20"), ("%", "%25"), ("%2F", "%252F"), ("+", "%2B"), ("..", "%2E%2E"),
        ("/", "%2f"), ("?a=b&c#d", "%3Fa%3Db%26c%23d"), ("a/b", "a%2Fb"),
        ("e\u{301}", "e%CC%81"), ("user:1", "user:1"), ("\u{E9}", "%C3%A9"),
        ("\u{1F600}", "%F0%9F%98%80"),
    ]

    @Test("are compared byte for byte, and come through paths, queries and bodies unharmed")
    func exact() async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"limits": [{"quota": 100}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            for (index, (key, encoded)) in Self.keys.enumerated() {
                let body: JSONValue = ["key": .string(key), "cost": .integer(Int64(index + 1))]
                let reply = try await server.send("POST /v1/limiters/api/acquire", body.text)
                let remaining = JSONValue.integer(Int64(99 - index))
                #expect(reply.at("/remaining") == remaining, "\(encoded): \(reply.text)")
                let state = try await server.send("GET /v1/limiters/api/state?key=\(encoded)")
                #expect(state.at("/remaining") == remaining, "\(encoded): \(state.text)")
                #expect(state.at("/key") == .string(key), "\(encoded)")
                guard !key.isEmpty else { continue }
                let path = "/v1/limiters/api/assignments/\(encoded)"
                let assigned = try await server.send("PUT \(path)", #"{"unlimited": true}"#)
                #expect(assigned.status == 201, "\(encoded): \(assigned.text)")
                #expect(assigned.at("/key") == .string(key), "\(encoded)")
                let event = try await server.send("GET /v1/events?key=\(encoded)")
                #expect(event.at("/events/0/type") == "limiter.assigned", "\(encoded)")
                #expect(event.at("/events/1") == nil, "\(encoded)")
                #expect(try await server.send("DELETE \(path)").status == 204, "\(encoded)")
            }
            let keys = try await server.send("GET /v1/limiters/api/keys").at("/keys")?.array ?? []
            #expect(keys.map { $0.at("/key") } == Self.keys.map { .string($0.0) })
        }
    }

    @Test("a plus is a space in a query and itself in a path")
    func plus() async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/limiters/api", #"{"spec": {"preset": "embed"}}"#)
            let state = try await server.send("GET /v1/limiters/api/state?key=a+b")
            #expect(state.at("/key") == "a b")
            let path = "/v1/limiters/api/assignments/a+b"
            let assigned = try await server.send("PUT \(path)", #"{"blocked": true}"#)
            #expect(assigned.at("/key") == "a+b")
        }
    }

    @Test("the longest key that is allowed is one", arguments: ["a", "\u{E9}", "\u{1F600}"])
    func longest(letter: String) async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/limiters/api", #"{"spec": {"preset": "embed"}}"#)
            let key = String(repeating: letter, count: 256 / letter.utf8.count)
            for (key, status) in [(key, 200), (key + "a", 422)] {
                let body: JSONValue = ["key": .string(key)]
                let reply = try await server.send("POST /v1/limiters/api/acquire", body.text)
                #expect(reply.status == status, "\(reply.text)")
            }
        }
    }
}
