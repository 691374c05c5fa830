import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Paths and methods")
struct MethodTests {
    /// The path of a route, with what there is in place of its captures.
    private static func path(_ endpoint: Endpoint) -> String {
        endpoint.path.replacing("{name}", with: "api").replacing("{key}", with: "k")
            .replacing("{seq}", with: "1").replacing("{permit}", with: "x").replacing(
                "{version}", with: "1")
            + (endpoint.path == "/v1/limiters/{name}/state" ? "?key=k" : "")
    }

    private static func prepare(_ server: TestServer) async throws {
        try await server.putAllKinds(called: "api")
        _ = try await server.send("PUT /v1/limiters/api/assignments/k", #"{"unlimited": true}"#)
    }

    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        try await TestServer.with { server in
            try await Self.prepare(server)
            for endpoint in Routes.endpoints() where endpoint.method == .get {
                let path = Self.path(endpoint)
                let get = try await server.send("GET \(path)")
                let head = try await server.send("HEAD \(path)")
                #expect(get.status == 200 && head.status == 200, "\(path): \(get.text)")
                #expect(head.body.isEmpty && !get.body.isEmpty, "\(path)")
                for field in ["Content-Type", "Content-Length", "ETag", "RateLimit"] {
                    #expect(head[field] == get[field], "\(path): \(field)")
                }
            }
            let missing = try await server.send("HEAD /v1/limiters/none")
            #expect(missing.status == 404 && missing.body.isEmpty)
        }
    }

    @Test("every other method on a known path is refused with those it takes")
    func otherMethods() async throws {
        try await TestServer.with { server in
            try await Self.prepare(server)
            let paths = Dictionary(grouping: Routes.endpoints(), by: \.path)
            for endpoints in paths.values {
                let path = Self.path(endpoints[0])
                let own = endpoints.map(\.method.rawValue)
                let taken = Set(own + (own.contains("GET") ? ["HEAD"] : []))
                let all = [
                    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY",
                ]
                for method in all where !taken.contains(method) {
                    let request = HTTPRequestText("\(method) \(path)")
                    let reply = try await server.send(request)
                    #expect(reply.status == 405, "\(method) \(path): \(reply.text)")
                    #expect(reply["Allow"] == taken.sorted().joined(separator: ", "))
                    if method != "HEAD" { reply.checkProblem(request) }
                }
            }
            #expect(try await server.send("GET /v1/limiters/api/assignments").status == 200)
        }
    }

    @Test(
        "an unknown path is not found",
        arguments: [
            "/", "/v1", "/v2/limiters", "/v1/boilers", "/v1/limiters/api/nothing", "/livez/x",
            "/v1/policies/export/x", "/LIVEZ", "/v1/limiters/api/assignments/a/b",
            "/v1/limiters/api/assignments/a/b?key=1", "/%76%31/limiters", "/..", "/v1/../livez",
        ])
    func unknownPaths(path: String) async throws {
        try await TestServer.with { server in
            for method in ["GET", "HEAD", "POST", "DELETE"] {
                let reply = try await server.send("\(method) \(path)")
                #expect(reply.status == 404, "\(method) \(path): \(reply.text)")
            }
        }
    }
}
