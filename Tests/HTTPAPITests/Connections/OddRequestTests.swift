import Resilience
import TestSupport
import Testing

@Suite("Odd requests")
struct OddRequestTests {
    private static let longField = "X: " + String(repeating: "a", count: 20_000)
    private static let manyFields = String(repeating: "X: a\r\n", count: 200)

    @Test(
        "that are no HTTP, or too long, are answered as malformed, and closed",
        arguments: [
            "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\(longField)\r\n\r\n",
            "GET /livez HTTP/1.1\r\n\(manyFields)\r\n",
            "POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        ])
    func malformed(text: String) async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try? await connection.send(text)
            let reply = try #require(await connection.reply())
            #expect(reply.status == 400 && reply["Connection"] == "close")
            #expect(reply.at("/type") == "urn:switchgear:problem:malformed", "\(reply.text)")
            #expect(reply["X-Request-Id"]?.isEmpty == false)
            await connection.end()
            #expect(try await server.send("GET /livez").status == 200)
        }
    }

    @Test(
        "whose body breaks off into nonsense are malformed, too",
        arguments: ["zz", "FFFFFFFFFFFFFFFFFF"])
    func malformedChunk(size: String) async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try? await connection.send(
                "POST /v1/limiters/l/acquire HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "\(size)\r\n")
            let reply = try #require(await connection.reply())
            #expect(reply.status == 400, "\(reply.text)")
            #expect(reply.at("/type") == "urn:switchgear:problem:malformed")
            await connection.end()
        }
    }

    @Test(
        "that can be read are answered",
        arguments: [
            ("GET /livez HTTP/1.0\r\n\r\n", 200),
            ("GET http://x/livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
            ("GET /livez/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
            ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
            ("GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
            ("GET /?% HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
            ("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 405),
        ])
    func readable(text: String, status: Int) async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            try await connection.send(text)
            let reply = try #require(await connection.reply())
            #expect(reply.status == status, "\(reply.text)")
            await connection.close()
        }
    }
}
