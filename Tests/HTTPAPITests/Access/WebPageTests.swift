import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Web pages and a server without tokens")
struct WebPageTests {
    private static func server(
        _ allowed: [String] = [], checksHost: Bool = true
    ) -> TestServer.Options {
        var options = TestServer.Options()
        options.bounds.allowedHosts = allowed
        options.bounds.checksHost = checksHost
        return options
    }

    private static let own = [
        "localhost", "localhost:8080", "LOCALHOST", "localhost.", "app.localhost:1",
        "127.0.0.1", "127.0.0.1:9", "10.1.2.3", "[::1]", "[::1]:8080", "[FE80::1%25eth0]", "",
        "switch.example", "Switch.Example.:80", "b.example",
    ]
    private static let foreign = [
        "evil.example", "evil.example:8080", "localhost.evil.example", "notlocalhost",
        "127.0.0.1.evil.example", "127.1", "2130706433", "0x7f.0.0.1", "::1", "[evil.example]",
        "localhost:x", "[::1", "[127.0.0.1]", "sub.switch.example", "a b", "user@localhost", ".",
    ]

    @Test("a Host is an address, localhost, or a name that is told")
    func hosts() async throws {
        try await TestServer.with(Self.server(["switch.example", "b.example"])) { server in
            for (hosts, status) in [(Self.own, 200), (Self.foreign, 403)] {
                for host in hosts {
                    for line in ["GET /v1/policies", "POST /v1/policies/validate"] {
                        let body = line.hasPrefix("POST") ? #"{"policies": []}"# : nil
                        let request = HTTPRequestText(line, body, ["Host": host])
                        let reply = try await server.send(request)
                        #expect(reply.status == status, "\(line) \(host): \(reply.text)")
                        if status == 403 {
                            reply.checkProblem(request)
                            #expect(reply.at("/type") == "urn:switchgear:problem:forbidden")
                        }
                    }
                }
            }
        }
    }

    @Test("probes answer by any name, and so does all else where that is wanted")
    func open() async throws {
        let fields = ["Host": "evil.example", "Origin": "http://evil.example"]
        try await TestServer.with { server in
            for path in ["/livez", "/readyz", "/health", "/livez/"] {
                let reply = try await server.send("GET \(path)", nil, fields)
                #expect(reply.status == 200, "\(path)")
            }
            for path in ["/openapi.yaml", "/nothing"] {
                let reply = try await server.send("GET \(path)", nil, fields)
                #expect(reply.status == 403, "\(path)")
            }
        }
        try await TestServer.with(Self.server(checksHost: false)) { server in
            let read = try await server.send("GET /v1/policies", nil, fields)
            #expect(read.status == 200)
            let foreign = ["Host": "evil.example", "Origin": "null"]
            let write = try await server.send("PUT /v1/breakers/b", "{}", foreign)
            #expect(write.status == 403)
        }
        var options = AccessTests.options
        options.fields["Host"] = "evil.example"
        options.fields["Sec-Fetch-Site"] = "cross-site"
        try await TestServer.with(options) { server in
            let reply = try await server.send("PUT /v1/breakers/b", "{}")
            #expect(reply.status == 201)
        }
    }

    @Test("a request without Host is no browser's, and one with two is as bad as the worse")
    func oddHosts() async throws {
        try await TestServer.with { server in
            for (head, status) in [
                ("GET /v1/policies HTTP/1.0\r\n\r\n", 200),
                ("GET /v1/policies HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n", 403),
                ("GET http://localhost/v1/policies HTTP/1.1\r\nHost: evil\r\n\r\n", 403),
            ] {
                let connection = try await server.connect()
                try await connection.send(head)
                #expect(await connection.reply()?.status == status, "\(head)")
                await connection.close()
            }
        }
    }

    /// Fields of a write to `localhost:8080`, and whether it is refused.
    private static let sites: [(fields: [String: String], isRefused: Bool)] = [
        ([:], false), (["Sec-Fetch-Site": "same-origin"], false),
        (["Sec-Fetch-Site": "none"], false), (["Sec-Fetch-Site": "cross-site"], true),
        (["Sec-Fetch-Site": "same-site"], true), (["Sec-Fetch-Site": ""], true),
        (["Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"], false),
        (["Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8080"], true),
        (["Origin": "http://localhost:8080"], false), (["Origin": "HTTP://LOCALHOST:8080"], false),
        (["Origin": "http://localhost"], true), (["Origin": "http://localhost:8081"], true),
        (["Origin": "http://127.0.0.1:8080"], true), (["Origin": "null"], true),
        (["Origin": ""], true), (["Origin": "localhost:8080"], true),
        (["Origin": "http://evil.example:8080"], true),
        (["Host": "localhost", "Origin": "http://localhost:80"], false),
        (["Host": "localhost:80", "Origin": "http://localhost"], false),
        (["Host": "localhost", "Origin": "https://localhost"], false),
        (["Host": "localhost:80", "Origin": "https://localhost"], true),
        (["Host": "[::1]:80", "Origin": "http://[::1]"], false),
    ]

    @Test("nothing is changed for another site, and whatever is read may be asked for")
    func sites() async throws {
        try await TestServer.with { server in
            for (fields, isRefused) in Self.sites {
                let fields = fields.merging(["Host": "localhost:8080"]) { own, _ in own }
                for line in [
                    "PUT /v1/breakers/b", "POST /v1/breakers/b/acquire", "DELETE /v1/breakers/b",
                ] {
                    let body = line.hasPrefix("DELETE") ? nil : "{}"
                    let reply = try await server.send(line, body, fields)
                    #expect((reply.status == 403) == isRefused, "\(line) \(fields): \(reply.text)")
                }
                let read = try await server.send("GET /v1/policies", nil, fields)
                let head = try await server.send("HEAD /v1/policies", nil, fields)
                #expect(read.status == 200 && head.status == 200, "\(fields)")
                let allow = read["Access-Control-Allow-Origin"]
                #expect(allow == nil)
            }
            let denied = try await server.send("GET /v1/events?type=auth.denied")
            #expect(denied.at("/events/0/reason") == "forbidden")
        }
    }

    @Test("a body without a type is refused, whatever it is sent to")
    func untyped() async throws {
        try await TestServer.with { server in
            _ = try await server.send("PUT /v1/breakers/b", "{}")
            for line in [
                "POST /v1/breakers/b/reset", "PUT /v1/breakers/b/state", "DELETE /v1/breakers/b",
                "PATCH /v1/breakers/b", "POST /v1/policies/apply",
            ] {
                let connection = try await server.connect()
                try await connection.send(
                    "\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\n{\"all\": true}"
                )
                let reply = await connection.reply()
                #expect(reply?.status == 415, "\(line): \(reply?.text ?? "")")
                #expect(reply?.at("/title") == "Unsupported media type")
                await connection.close()
            }
            #expect(try await server.send("GET /v1/breakers/b").at("/version") == 1)
        }
    }

    @Test(
        "the names in a setting are hosts with commas between them",
        arguments: [
            ("a", ["a"]), ("A.example, b:80 ,[::1]", ["a.example", "b", "::1"]), ("", nil),
            ("a,,b", nil), ("http://a", nil), ("a b", nil), ("*.a", nil), ("a/", nil),
        ] as [(String, [String]?)])
    func setting(list: String, names: [String]?) {
        #expect(ServerConfiguration.hosts(in: list) == names)
    }
}
