import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("What the server says of itself")
struct ServerTests {
    @Test("its version, and what it was built from")
    func version() async throws {
        try await TestServer.with { server in
            let reply = try await server.send("GET /v1/version")
            let members = try #require(reply.json?.object)
            #expect(members.names == ["version", "commit", "swift", "sqlite", "started_at"])
            #expect(reply.at("/version") == .string(Build.version))
            #expect(reply.at("/started_at") == "2026-01-01T00:00:00.000Z")
            let sqlite = try #require(reply.at("/sqlite")?.string)
            #expect(sqlite.hasPrefix("3."))
            #expect(reply.at("/swift")?.string?.hasPrefix("6.") == true)
        }
    }

    @Test("its document as JSON, which is what the YAML says")
    func document() async throws {
        try await TestServer.with { server in
            let yaml = try YAMLReader.parse(try await server.send("GET /openapi.yaml").text)
            for _ in 1...2 {
                let reply = try await server.send("GET /openapi.json")
                #expect(reply["Content-Type"] == "application/json")
                #expect(reply.json == yaml)
            }
            let unknown = try await server.send("GET /openapi.xml")
            #expect(unknown.status == 404)
        }
    }

    @Test("who the caller is, and what they may do")
    func caller() async throws {
        try await TestServer.with { server in
            let reply = try await server.send("GET /v1/whoami", nil, ["X-Actor": "ada"])
            let expected = #"""
                {"actor": "ada", "role": "admin", "scopes": null, "expires_at": null}
                """#
            #expect(try JSONMatch.mismatches(expected, reply.body).isEmpty, "\(reply.text)")
        }
        try await TestServer.with(AccessTests.options) { server in
            for role in Role.allCases {
                let fields = ["Authorization": "Bearer \(role.rawValue)-secret", "X-Actor": "eve"]
                let reply = try await server.send("GET /v1/whoami", nil, fields)
                #expect(reply.at("/actor") == .string(role.rawValue))
                #expect(reply.at("/role") == .string(role.rawValue))
            }
        }
    }
}
