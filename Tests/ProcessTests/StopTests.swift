import Foundation
import Resilience
import TestSupport
import Testing

@Suite("A server that is stopped", .serialized, .timeLimit(.minutes(30)))
struct StopTests {
    @Test(
        "ends with 0 under load, soon, and every level is as it was", arguments: [SIGTERM, SIGINT])
    func stopped(signal: Int32) async throws {
        let directory = try TemporaryDirectory()
        let database = directory.path("test.db")
        let ledger = Ledger()
        // Levels that are written at the stop only.
        let environment = ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "3600000"]
        let first = try await ServerProcess(database: database, environment)
        let spec = #"{"spec": {"limits": [{"quota": 1000000, "period_ms": 31622400000}]}}"#
        _ = try await first.send("PUT /v1/limiters/base", spec)
        let load = Task { await ledger.load(first) }
        try await Task.sleep(for: .milliseconds(500))
        let started = ContinuousClock.now
        let ended = await first.stop(signal)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(started.duration(to: .now) < .seconds(8))
        await load.value
        let content = ledger.content
        let second = try await ServerProcess(database: database, environment)
        for (key, allowed) in content.allowed {
            let state = try await second.send("GET /v1/limiters/base/state?key=\(key)")
            let spent = 1_000_000 - (state.at("/remaining")?.integer ?? 0)
            // The last call may have been cut off before its answer.
            #expect((allowed...(content.asked[key] ?? allowed)).contains(spent), "\(key)")
        }
        for (name, newest) in content.policies {
            let version = try await second.send("GET /v1/limiters/\(name)").at("/version")?.integer
            #expect((newest.version...(newest.version + 1)).contains(version ?? 0))
        }
        let types = try await second.events("&type=server.*").map { $0.at("/type")?.string }
        #expect(types == ["server.started", "server.stopped", "server.started"])
        _ = await second.stop()
    }

    @Test("answers the calls that wait")
    func waiting() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(database: directory.path("test.db"))
        let spec = #"{"spec": {"limits": [{"quota": 1, "period_ms": 30000}]}}"#
        _ = try await server.send("PUT /v1/limiters/api", spec)
        _ = try await server.send("POST /v1/limiters/api/acquire", #"{"key": "k"}"#)
        async let waiting = server.send(
            "POST /v1/limiters/api/acquire", #"{"key": "k", "wait_ms": 60000}"#)
        try await Task.sleep(for: .milliseconds(300))
        let started = ContinuousClock.now
        #expect(await server.stop().code == 0)
        #expect(started.duration(to: .now) < .seconds(5))
        let reply = try await waiting
        #expect(reply.status == 503 && reply["Retry-After"] == "1")
    }

    @Test("a client that never goes away does not hold it up for ever")
    func stubborn() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(
            database: directory.path("test.db"), ["SWITCHGEAR_SHUTDOWN_TIMEOUT_MS": "500"])
        let connection = try await RawConnection(port: server.port)
        let head =
            "POST /v1/policies/apply HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
        try await connection.send(head)
        try await Task.sleep(for: .milliseconds(100))
        let started = ContinuousClock.now
        let ended = await server.stop()
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(started.duration(to: .now) < .seconds(5))
        await connection.close()
    }

    @Test("a second server on its file is refused with one line, and the first goes on")
    func second() async throws {
        let directory = try TemporaryDirectory()
        let database = directory.path("test.db")
        let first = try await ServerProcess(database: database)
        for arguments in [["serve", "--port", "0"], ["migrate"]] {
            let second = try await Program.run(
                arguments + ["--database", database], environment: [:])
            #expect(second.code == 1)
            #expect(
                second.errorLines.count == 1 && second.errors.contains("is held by another process")
            )
            #expect(second.errors.contains(database))
        }
        #expect(try await first.send("GET /readyz").status == 200)
        _ = await first.stop()
    }
}
