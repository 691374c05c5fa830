import Foundation
import Resilience
import TestSupport
import Testing

@Suite("A server that is killed", .serialized, .timeLimit(.minutes(30)))
struct CrashTests {
    /// A limiter whose buckets do not refill while a test lasts.
    private static let base =
        #"{"spec": {"limits": [{"quota": 1000000, "period_ms": 31622400000}]}}"#

    @Test("loses nothing that it answered for, twenty times over")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let ledger = Ledger()
        let rounds = 20
        for round in 0...rounds {
            let server = try await ServerProcess(
                database: directory.path("test.db"), ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "50"])
            if round == 0 {
                #expect(try await server.send("PUT /v1/limiters/base", Self.base).status == 201)
            } else {
                try await check(server, ledger, round)
            }
            guard round < rounds else {
                #expect(await server.stop().code == 0)
                break
            }
            let load = Task { await ledger.load(server) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 30...250)))
            let ended = await server.stop(SIGKILL)
            #expect(ended.code == 128 + SIGKILL)
            await load.value
        }
        let content = ledger.content
        #expect(content.policies.count == 3 && content.assignments.count == 3)
        #expect(content.allowed.count == 4)
    }

    private func check(
        _ server: ServerProcess, _ ledger: Ledger, _ round: Int
    ) async throws {
        let answered = ledger.content
        let events = try await server.events()
        let seqs = events.compactMap { $0.at("/seq")?.integer }
        #expect(seqs == Array(1...Int64(events.count)), "round \(round): seq has gaps")
        let ends = events.suffix(2).compactMap { $0.at("/type")?.string }
        #expect(ends == ["server.started", "server.recovered"], "round \(round)")
        for (name, newest) in answered.policies {
            let policy = try await server.send("GET /v1/limiters/\(name)")
            let version = try #require(policy.at("/version")?.integer, "round \(round): \(name)")
            // One more may have been written whose answer the kill has cut off.
            #expect((newest.version...(newest.version + 1)).contains(version), "round \(round)")
            let quota = policy.at("/spec/limits/0/quota")?.integer ?? 0
            ledger.write { $0.policies[name] = (version, quota) }
            let versions = try await server.send("GET /v1/limiters/\(name)/versions?limit=1000")
            let kept = versions.at("/versions")?.array?.first {
                $0.at("/version")?.integer == newest.version
            }
            #expect(kept?.at("/spec/limits/0/quota")?.integer == newest.quota, "round \(round)")
            let told = events.filter { $0.at("/name") == .string(name) }
                .compactMap { $0.at("/policy_version")?.integer }
            #expect(told == Array(1...version), "round \(round): events of \(name)")
        }
        for (key, note) in answered.assignments {
            let path = "/v1/limiters/base/assignments/\(key)"
            let found = try await server.send("GET \(path)").at("/note")?.string.flatMap {
                Int64($0)
            }
            #expect(found == note || found == note + 2, "round \(round): \(key)")
            let told = events.filter { $0.at("/key") == .string(key) }.compactMap {
                $0.at("/data/assignment/note")?.string.flatMap { Int64($0) }
            }
            #expect(told.contains(note) && told.last == found, "round \(round): \(key)")
        }
        for (key, asked) in answered.asked {
            let state = try await server.send("GET /v1/limiters/base/state?key=\(key)")
            let spent = 1_000_000 - (state.at("/remaining")?.integer ?? 0)
            // Levels are written behind: some may be lost, but none is made up.
            #expect((0...asked).contains(spent), "round \(round): \(key)")
        }
    }

    @Test("loses no level that is older than a checkpoint")
    func levels() async throws {
        let directory = try TemporaryDirectory()
        let environment = ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "50"]
        let database = directory.path("test.db")
        let first = try await ServerProcess(database: database, environment)
        _ = try await first.send("PUT /v1/limiters/base", Self.base)
        let body = #"{"key": "k", "cost": 1000}"#
        _ = try await first.send("POST /v1/limiters/base/acquire", body)
        try await Task.sleep(for: .milliseconds(500))
        _ = await first.stop(SIGKILL)
        let second = try await ServerProcess(database: database, environment)
        let state = try await second.send("GET /v1/limiters/base/state?key=k")
        #expect(state.at("/remaining") == 999_000)
        _ = await second.stop()
    }
}
