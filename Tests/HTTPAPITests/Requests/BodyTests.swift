import Resilience
import TestSupport
import Testing

@Suite("Bodies of requests")
struct BodyTests {
    @Test(
        "are JSON by their type, or nothing",
        arguments: [
            ("application/json", 200), ("application/json; charset=utf-8", 200),
            ("Application/JSON ;x=y", 200), ("text/plain", 415), ("application/x-yaml", 415),
            ("application/jsonx", 415), ("application/merge-patch+json", 415), ("", 415),
            ("application/yaml", 200), ("application/yaml; charset=utf-8", 200),
            ("appli cation/json", 415), ("application/json, text/plain", 415),
        ])
    func mediaTypes(type: String, status: Int) async throws {
        try await TestServer.with { server in
            let body = #"{"policies": []}"#
            let reply = try await server.send(
                "POST /v1/policies/validate", body, ["Content-Type": type])
            #expect(reply.status == status, "\(reply.text)")
        }
    }

    @Test("an empty body is an empty object, whatever its type")
    func empty() async throws {
        try await TestServer.with { server in
            let fields = ["Content-Type": "text/plain"]
            let reply = try await server.send("POST /v1/policies/validate", "", fields)
            #expect(reply.status == 422 && reply.at("/errors/0/pointer") == "/policies")
        }
    }

    @Test("a body may come in chunks, and byte by byte")
    func chunked() async throws {
        try await TestServer.with { server in
            let connection = try await server.connect()
            let head = "POST /v1/policies/validate HTTP/1.1\r\nHost: localhost\r\n"
            try await connection.send(
                head + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            for byte in #"{"policies":[]}"# { try await connection.send("1\r\n\(byte)\r\n") }
            try await connection.send("0\r\n\r\n")
            #expect(await connection.reply()?.at("/valid") == true)
            try await connection.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(await connection.reply()?.status == 200)
            await connection.close()
        }
    }

    @Test("a body as large as is allowed is read")
    func largest() async throws {
        try await TestServer.with { server in
            let rest = #"{"policies": []}"#
            let body = String(repeating: " ", count: 1_048_576 - rest.utf8.count) + rest
            let reply = try await server.send("POST /v1/policies/validate", body)
            #expect(reply.status == 200, "\(reply.text)")
            let larger = try await server.send("POST /v1/policies/validate", " " + body)
            #expect(larger.status == 413)
        }
    }
}
