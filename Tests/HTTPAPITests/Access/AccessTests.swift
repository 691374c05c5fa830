import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Access with tokens")
struct AccessTests {
    /// A server with a token of each role, called like its role, with the secret `<role>-secret`.
    static var options: TestServer.Options {
        var options = TestServer.Options()
        options.access = AccessControl(
            Role.allCases.map {
                AccessControl.Token(name: $0.rawValue, role: $0, secret: "\($0.rawValue)-secret")
            })
        options.fields = ["Authorization": "Bearer admin-secret"]
        return options
    }

    private static func bearer(_ role: Role) -> [String: String] {
        ["Authorization": "Bearer \(role.rawValue)-secret"]
    }

    /// What a role may use, from the contract: not from the code under test.
    private static func mayUse(_ role: Role, _ method: HTTPRequest.Method, _ path: String) -> Bool {
        switch role {
        case .admin: true
        case .read: method == .get
        case .decide:
            path.contains("/permits/") || (path.hasSuffix("/state") && method == .get)
                || path == "/v1/whoami"
                || ["/acquire", "/refund", "/outcomes", "/next", "/resolve", "/decisions"].contains
                {
                    path.hasSuffix($0)
                }
        }
    }

    @Test("every route is for its roles, and for them only")
    func roles() async throws {
        try await TestServer.with(Self.options) { server in
            _ = try await server.send("PUT /v1/limiters/api", #"{"spec": {"preset": "embed"}}"#)
            for endpoint in Routes.endpoints() where endpoint.path.hasPrefix("/v1") {
                let path = endpoint.path.replacing("{name}", with: "api")
                    .replacing("{key}", with: "k").replacing("{seq}", with: "x")
                    .replacing("{permit}", with: "x").replacing("{version}", with: "x")
                for role in Role.allCases where role != .admin {
                    // A query that no route takes, so that nothing is changed by who may.
                    let line = "\(endpoint.method.rawValue) \(path)?not_taken=1"
                    let request = HTTPRequestText(line, nil, Self.bearer(role))
                    let reply = try await server.send(request)
                    let isAllowed = Self.mayUse(role, endpoint.method, path)
                    #expect(reply.status == (isAllowed ? 422 : 403), "\(role) \(line)")
                    if !isAllowed {
                        #expect(reply.at("/type") == "urn:switchgear:problem:forbidden")
                        reply.checkProblem(request)
                    }
                }
                let admin = try await server.send("\(endpoint.method.rawValue) \(path)?not_taken=1")
                #expect(admin.status == 422, "\(path): \(admin.text)")
            }
        }
    }

    @Test(
        "without a good token nothing below /v1 answers, not even that it is not there",
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer x", "Basic YWRtaW46YWRtaW4=", "admin-secret",
            "Bearer admin-secret2", "Bearer Admin-secret", "Bearer admin-secret, Bearer x",
        ])
    func unauthorized(authorization: String?) async throws {
        var options = Self.options
        options.fields = [:]
        try await TestServer.with(options) { server in
            let fields = authorization.map { ["Authorization": $0] } ?? [:]
            for line in [
                "GET /v1/policies", "PUT /v1/limiters/a", "GET /v1/nothing", "PUT /v1/policies",
                "POST /v1/limiters/a/acquire", "HEAD /v1/policies",
            ] {
                let request = HTTPRequestText(line, nil, fields)
                let reply = try await server.send(request)
                #expect(reply.status == 401, "\(line): \(reply.text)")
                #expect(reply["WWW-Authenticate"] == "Bearer", "\(line)")
                if !line.hasPrefix("HEAD") { reply.checkProblem(request) }
            }
            for path in ["/livez", "/readyz", "/health", "/openapi.yaml", "/openapi.json"] {
                #expect(try await server.send("GET \(path)", nil, fields).status == 200)
            }
        }
    }

    @Test("the scheme's name is written in any case")
    func scheme() async throws {
        try await TestServer.with(Self.options) { server in
            let fields = ["Authorization": "bEARER read-secret"]
            let reply = try await server.send("GET /v1/policies", nil, fields)
            #expect(reply.status == 200)
        }
    }

    @Test("the actor is the token's name, whatever the caller says")
    func actor() async throws {
        try await TestServer.with(Self.options) { server in
            let reply = try await server.send(
                "PUT /v1/limiters/a", #"{"spec": {"preset": "embed"}}"#, ["X-Actor": "eve"])
            #expect(reply.at("/updated_by") == "admin")
        }
    }

    @Test("refusals stand in the history, one a second, with the number of the rest")
    func denied() async throws {
        try await TestServer.with(Self.options) { server in
            let wrong = ["Authorization": "Bearer wrong"]
            let path = "/v1/limiters/" + String(repeating: "a", count: 300)
            for _ in 1...3 { _ = try await server.send("DELETE \(path)", nil, wrong) }
            let first = try await server.events().filter { $0.at("/type") == "auth.denied" }
            #expect(first.count == 1)
            #expect(first.first?.at("/actor") == "anonymous")
            #expect(first.first?.at("/reason") == "unauthorized")
            #expect(first.first?.at("/data/method") == "DELETE")
            #expect(first.first?.at("/data/path")?.string?.count == 256)
            _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1000}"#)
            let held = try await server.events().filter { $0.at("/type") == "auth.denied" }
            #expect(held.count == 2 && held.last?.at("/data/suppressed") == 1)
            _ = try await server.send("POST /v1/clock/advance", #"{"ms": 1000}"#)
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            var fields = Self.bearer(.read)
            fields["traceparent"] = "00-\(trace)-00f067aa0ba902b7-01"
            _ = try await server.send("DELETE /v1/limiters/a", nil, fields)
            let last = try await server.events().filter { $0.at("/type") == "auth.denied" }.last
            #expect(last?.at("/actor") == "read" && last?.at("/reason") == "forbidden")
            #expect(last?.at("/trace_id") == .string(trace))
            #expect(last?.at("/data/suppressed") == nil)
        }
    }
}
