import Resilience
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Large batches")
struct LargeBatchTests {
    private func withPolicies(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.with { server in
            let limiter = #"{"spec": {"limits": [{"quota": 100}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", limiter)
            _ = try await server.send("PUT /v1/breakers/payments")
            try await body(server)
        }
    }

    private func decide(_ items: [String], _ server: TestServer) async throws -> HTTPReply {
        let list = items.joined(separator: ",")
        return try await server.send("POST /v1/decisions", #"{"decisions": [\#(list)]}"#)
    }

    @Test("of a thousand mixed questions with faults have each answer in its place")
    func thousand() async throws {
        try await withPolicies { server in
            let items = (0..<1000).map { index in
                switch index % 5 {
                case 0: #"{"kind": "limiter", "name": "api", "key": "k"}"#
                case 1: #"{"kind": "breaker", "name": "payments", "key": "h\#(index)"}"#
                case 2: #"{"kind": "limiter", "name": "none", "key": "k"}"#
                case 3: #"{"kind": "limiter", "name": "api", "key": "k", "cost": "much"}"#
                default: #"{"kind": "boiler", "name": "b\#(index)"}"#
                }
            }
            let reply = try await decide(items, server)
            let results = try #require(reply.at("/results")?.array)
            #expect(results.count == 1000)
            for (index, result) in results.enumerated() {
                let pointer = result.at("/errors/0/pointer")?.string
                switch index % 5 {
                case 0: #expect(result.at("/allowed") == .bool(index < 500), "\(index)")
                case 1: #expect(result.at("/permit")?.string != nil, "\(index)")
                case 2: #expect(result.at("/status") == 404, "\(index)")
                case 3: #expect(pointer == "/decisions/\(index)/cost")
                default:
                    #expect(pointer == "/decisions/\(index)/kind")
                    #expect(result.at("/name") == .string("b\(index)"))
                }
            }
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 100 && stats.at("/totals/denied") == 100)
        }
    }

    @Test("of more than a thousand are refused and spend nothing")
    func tooMany() async throws {
        try await withPolicies { server in
            let item = #"{"kind": "limiter", "name": "api", "key": "k"}"#
            let reply = try await decide(Array(repeating: item, count: 1001), server)
            #expect(reply.status == 422 && reply.at("/errors/0/pointer") == "/decisions")
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 0)
        }
    }

    @Test("full of faults tell a bounded number of them, and of each question the first")
    func manyFaults() async throws {
        try await withPolicies { server in
            let members = (0..<60).map { #""m\#($0)": 1"# }.joined(separator: ",")
            let item = #"{"kind": "breaker", "name": "payments", \#(members)}"#
            let reply = try await decide(Array(repeating: item, count: 1000), server)
            let results = try #require(reply.at("/results")?.array)
            let counts = results.map { $0.at("/errors")?.array?.count ?? 0 }
            #expect(counts.prefix(16).allSatisfy { $0 == 60 })
            #expect(counts.suffix(900).allSatisfy { $0 == 1 })
            #expect(counts.reduce(0, +) <= DecisionRoutes.maximumFaults + 1000)
            let told = try #require(results.last?.at("/detail")?.string)
            #expect(told == "/decisions/999/m0: unknown member, and 59 more faults")
        }
    }

    @Test("with more members given twice than are looked for are refused as a whole")
    func manyDuplicates() async throws {
        try await withPolicies { server in
            let item = #"{"kind": "limiter", "name": "api", "key": "k", "key": "k"}"#
            let reply = try await decide(Array(repeating: item, count: 101), server)
            #expect(reply.status == 422)
            #expect(reply.at("/errors")?.array?.count == JSONParser.maximumDuplicates)
            let stats = try await server.send("GET /v1/limiters/api/stats")
            #expect(stats.at("/totals/allowed") == 0)
        }
    }

    @Test("are answered as far as they can be while nothing can be stored")
    func fullDisk() async throws {
        try await withPolicies { server in
            for host in 0..<300 {
                let line = "PUT /v1/breakers/payments/state?key=h\(host)"
                _ = try await server.send(line, #"{"state": "open"}"#)
            }
            try await server.advance(by: 30_000)
            try server.fillDisk()
            // Each probe must be on disk, and sooner or later there is no room for one.
            let items = (0..<300).flatMap { host in
                [
                    #"{"kind": "breaker", "name": "payments", "key": "h\#(host)"}"#,
                    #"{"kind": "limiter", "name": "api", "key": "u\#(host)"}"#,
                ]
            }
            let reply = try await decide(items, server)
            try server.freeDisk()
            let results = reply.at("/results")?.array ?? []
            #expect(results.count == items.count, "\(reply.text)")
            var refused = 0
            for (index, result) in results.enumerated() {
                if !index.isMultiple(of: 2) {
                    #expect(result.at("/allowed") == true, "\(result.text)")
                } else if result.at("/status") == 503 {
                    #expect(result.at("/type") == "urn:switchgear:problem:storage_unavailable")
                    refused += 1
                } else {
                    #expect(result.at("/permit")?.string != nil, "\(result.text)")
                }
            }
            #expect(refused > 0)
        }
    }
}
