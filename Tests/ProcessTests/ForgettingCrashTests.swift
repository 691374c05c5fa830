import Foundation
import Resilience
import TestSupport
import Testing

@Suite("A server that is killed while it forgets breakers", .serialized, .timeLimit(.minutes(30)))
struct ForgettingCrashTests {
    private static let spec = #"""
        {"spec": {"window": {"type": "consecutive"}, "failure_threshold": 1,
         "open_duration_ms": 1000, "key_idle_ms": 300000}}
        """#
    private static let keys = (0..<400).map { "k\($0)" }

    @Test("uses no generation of a key twice, ten times over")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        var highest: [String: Int64] = [:]
        var forgotten = 0
        for round in 0...10 {
            let server = try await ServerProcess(
                database: directory.path("test.db"),
                ["SWITCHGEAR_CLOCK": "manual", "SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "10"])
            if round == 0 {
                #expect(try await server.send("PUT /v1/breakers/b", Self.spec).status == 201)
            }
            // Some keys have changed more often than others, so that each round forgets more.
            for (place, keys) in Self.keys.chunks(of: 100).enumerated() {
                try await open(keys, server, times: place == round % 4 ? 3 : 1, &highest, round)
            }
            let advance = try await server.send("POST /v1/clock/advance", #"{"ms": 300000}"#)
            #expect(advance.status == 200)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...60)))
            let swept = try await server.send("GET /v1/breakers/b/state?key=new")
            if swept.at("/generation")?.integer ?? 0 > 1 { forgotten += 1 }
            _ = await server.stop(SIGKILL)
        }
        #expect(forgotten > 0, "no round forgot anything before it was killed")
    }

    /// Opens breakers by hand, each in generations that it never had.
    private func open(
        _ keys: [String], _ server: ServerProcess, times: Int, _ highest: inout [String: Int64],
        _ round: Int
    ) async throws {
        let failures = keys.map { #"{"key": "\#($0)", "outcome": "failure"}"# }
            .joined(separator: ",")
        for _ in 0..<times {
            for key in keys.prefix(3) {
                let path = "/v1/breakers/b/state?key=\(key)"
                let state = try await server.send("PUT \(path)", #"{"state": "closed"}"#)
                let generation = state.at("/generation")?.integer ?? 0
                let known = highest[key] ?? 1
                #expect(generation > known, "round \(round): \(key)")
                highest[key] = generation
            }
        }
        let reply = try await server.send(
            "POST /v1/breakers/b/outcomes", #"{"outcomes": [\#(failures)]}"#)
        #expect(reply.status == 200)
        for key in keys.prefix(3) {
            let state = try await server.send("GET /v1/breakers/b/state?key=\(key)")
            let generation = state.at("/generation")?.integer ?? 0
            let known = highest[key] ?? 1
            #expect(generation > known, "round \(round): \(key)")
            highest[key] = generation
        }
    }
}

extension Array {
    fileprivate func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
