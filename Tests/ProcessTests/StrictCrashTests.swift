import Foundation
import Resilience
import Synchronization
import TestSupport
import Testing

@Suite("A server with strict limiters that is killed", .serialized, .timeLimit(.minutes(30)))
struct StrictCrashTests {
    /// Limiters that give nothing back while a test lasts, by name, with their quotas.
    private static let limiters: [(name: String, algorithm: String, quota: Int64)] = [
        ("bucket", "token_bucket", 100_000), ("window", "fixed_window", 100_000),
        ("sliding", "sliding_window", 100_000), ("tiny", "token_bucket", 40),
    ]
    /// Tokens a second, and at once, of one that does.
    private static let rate: Int64 = 500
    private static let burst: Int64 = 100

    /// What clients asked for, and were given. Guarded by a mutex.
    private final class Grants: Sendable {
        private let counts = Mutex<[String: (asked: Int64, allowed: Int64)]>([:])

        func asked(_ name: String) -> Int64 { counts.withLock { $0[name]?.asked ?? 0 } }
        func allowed(_ name: String) -> Int64 { counts.withLock { $0[name]?.allowed ?? 0 } }

        /// Returns when so much more was granted that there is something to lose.
        func grow() async throws {
            let before = total
            while total < before + 40 { try await Task.sleep(for: .milliseconds(2)) }
        }

        private var total: Int64 { counts.withLock { $0.values.reduce(0) { $0 + $1.allowed } } }

        /// Asks until the server no longer answers.
        func ask(_ name: String, _ server: ServerProcess) async {
            while true {
                counts.withLock { $0[name, default: (0, 0)].asked += 1 }
                guard
                    let reply = try? await server.send(
                        "POST /v1/limiters/\(name)/acquire",
                        #"{"key": "k", "wait_ms": \#(name == "quick" ? 20 : 0)}"#),
                    reply.status == 200
                else { return }
                guard reply.at("/allowed") == true else { continue }
                counts.withLock { $0[name, default: (0, 0)].allowed += 1 }
            }
        }
    }

    private func put(_ server: ServerProcess) async throws {
        for (name, algorithm, quota) in Self.limiters {
            let spec = #"""
                {"spec": {"algorithm": "\#(algorithm)", "durability": "strict",
                  "limits": [{"quota": \#(quota), "period_ms": 31622400000}]}}
                """#
            #expect(try await server.send("PUT /v1/limiters/\(name)", spec).status == 201)
        }
        let spec = #"""
            {"spec": {"durability": "strict",
              "limits": [{"quota": \#(Self.rate), "period_ms": 1000, "burst": \#(Self.burst)}]}}
            """#
        #expect(try await server.send("PUT /v1/limiters/quick", spec).status == 201)
    }

    @Test(
        "never grants a token twice, and loses a thirty-second of a limit at most, ten times over")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let grants = Grants()
        let begun = ContinuousClock.now
        for round in 0...10 {
            let server = try await ServerProcess(
                database: directory.path("test.db"), ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "50"])
            if round == 0 { try await put(server) }
            try await check(server, grants, kills: Int64(round))
            guard round < 10 else {
                #expect(await server.stop().code == 0)
                break
            }
            let load = Task {
                await withTaskGroup { group in
                    for name in Self.limiters.map(\.name) + ["quick", "bucket", "quick"] {
                        group.addTask { await grants.ask(name, server) }
                    }
                }
            }
            try await grants.grow()
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...200)))
            #expect(await server.stop(SIGKILL).code == 128 + SIGKILL)
            await load.value
        }
        let elapsed = Int64((ContinuousClock.now - begun) / .milliseconds(1)) + 1
        #expect(grants.allowed("quick") <= Self.burst + Self.rate * elapsed / 1000)
        for name in Self.limiters.map(\.name) + ["quick"] { #expect(grants.allowed(name) > 0) }
        #expect(grants.allowed("tiny") <= 40)
    }

    /// What is spent is at least what was granted, and at most what was asked for and reserved.
    private func check(_ server: ServerProcess, _ grants: Grants, kills: Int64) async throws {
        for (name, _, quota) in Self.limiters {
            let state = try await server.send("GET /v1/limiters/\(name)/state?key=k")
            let spent = quota - (try #require(state.at("/remaining")?.integer))
            let most = min(quota, grants.asked(name) + kills * (quota / 32))
            #expect(grants.allowed(name) <= spent, "\(name) after \(kills) kills")
            #expect(spent <= most, "\(name) after \(kills) kills")
        }
    }
}
