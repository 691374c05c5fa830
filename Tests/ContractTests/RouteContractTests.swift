import HTTPTypes
import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("The routes of openapi.yaml")
struct RouteContractTests {
    @Test("are those of the server, both ways")
    func routes() throws {
        let documented = Set(try OpenAPI().operations.map { "\($0.method) \($0.path)" })
        let served = Set(Routes.endpoints().map { "\($0.method.rawValue) \($0.path)" })
        #expect(documented.subtracting(served) == [])
        #expect(served.subtracting(documented) == [])
    }

    @Test("have an id of their own, a summary and the captures of their path")
    func described() throws {
        let document = try OpenAPI()
        var ids: Set<String> = []
        for operation in document.operations {
            let place = "\(operation.method) \(operation.path)"
            let id = try #require(operation.content.at("/operationId")?.string)
            #expect(ids.insert(id).inserted, "\(place)")
            #expect(operation.content.at("/summary")?.string?.isEmpty == false, "\(place)")
            let escaped = operation.path.replacing("~", with: "~0").replacing("/", with: "~1")
            let shared = document.document.at("/paths/\(escaped)/parameters")?.array ?? []
            let own = operation.content.at("/parameters")?.array ?? []
            let names = (shared + own).map(document.resolved)
                .filter { $0.at("/in") == "path" }.compactMap { $0.at("/name")?.string }
            let captures = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }
                .map { String($0.dropFirst().dropLast()) }
            #expect(names == captures, "\(place)")
        }
    }

    @Test("tell the statuses that everything of their sort may answer")
    func statuses() throws {
        for operation in try OpenAPI().operations {
            let place = "\(operation.method) \(operation.path)"
            let statuses = Set((operation.content.at("/responses")?.object ?? [:]).map(\.name))
            var expected: Set<String> = ["400", "405", "422"]
            if operation.path.hasPrefix("/v1") { expected.formUnion(["401", "403", "500", "503"]) }
            if operation.path.contains("{") && operation.method != "PUT" { expected.insert("404") }
            if operation.content.at("/requestBody") != nil {
                expected.formUnion(["413", "415"])
            }
            #expect(expected.subtracting(statuses) == [], "\(place)")
            #expect(!statuses.contains("default"), "\(place)")
        }
    }

    @Test("tell which of them take an Idempotency-Key, and that an answer may be given again")
    func keys() throws {
        let document = try OpenAPI()
        var told: Set<String> = []
        for operation in document.operations {
            let parameters = (operation.content.at("/parameters")?.array ?? [])
                .map(document.resolved)
            let takesKey = parameters.contains {
                $0.at("/in") == "header" && $0.at("/name") == "Idempotency-Key"
            }
            let place = "\(operation.method) \(operation.path)"
            if takesKey { told.insert(place) }
            let replayed = operation.content.at("/responses/200/headers/Idempotency-Replayed")
            #expect((replayed != nil) == takesKey, "\(place)")
        }
        let taken = Routes.endpoints().filter(\.takesKey).map { "\($0.method.rawValue) \($0.path)" }
        #expect(told == Set(taken))
    }

    @Test("say what the server serves as its document")
    func served() async throws {
        let text = try Project.text("openapi.yaml")
        try await TestServer.with { server in
            let reply = try await server.send("GET /openapi.yaml")
            #expect(reply.text == text)
            #expect(reply["Content-Type"] == "application/yaml")
        }
    }
}
