import Foundation
import Resilience
import Synchronization
import TestSupport
import Testing

@Suite("A server with breakers that is killed", .serialized, .timeLimit(.minutes(30)))
struct BreakerCrashTests {
    /// Opens and half-opens within milliseconds; its probes outlive a kill.
    private static let spec = #"""
        {"spec": {"window": {"type": "consecutive"}, "failure_threshold": 2,
         "open_duration_ms": 20, "half_open_permits": 3, "success_threshold": 1000000,
         "probe_timeout_ms": 2000}}
        """#

    /// What was answered.
    private struct Answered {
        var opened: [String: Int] = [:]
        var generation: [String: Int64] = [:]
        var probes: [String: Set<String>] = [:]
        var count = 0
    }

    /// The same, shared by the tasks that make the load.
    private final class Book: Sendable {
        private let answered = Mutex(Answered())

        func withLock<Value: Sendable>(_ body: (inout sending Answered) -> sending Value) -> Value {
            answered.withLock(body)
        }
    }

    @Test("keeps every transition and every probe that it answered for, ten times over")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let answered = Book()
        for round in 0...10 {
            let server = try await ServerProcess(database: directory.path("test.db"))
            if round == 0 {
                #expect(try await server.send("PUT /v1/breakers/b", Self.spec).status == 201)
            } else {
                try await check(server, answered.withLock { $0 }, round)
            }
            let load = Task {
                await withTaskGroup { group in
                    for key in ["x", "y", "z"] {
                        group.addTask { await Self.load(server, key, answered) }
                    }
                }
            }
            let before = answered.withLock { $0.count }
            for _ in 0..<2000 where answered.withLock({ $0.count }) < before + 12 {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...50)))
            _ = await server.stop(SIGKILL)
            await load.value
        }
        #expect(answered.withLock { $0.opened.count } == 3)
    }

    /// Fails, asks for probes, and fails one of them, until the server is gone.
    private static func load(
        _ server: ServerProcess, _ key: String, _ answered: Book
    ) async {
        do {
            while true {
                let body = #"{"key": "\#(key)", "outcome": "failure"}"#
                let report = try await server.send("POST /v1/breakers/b/outcomes", body)
                note(report, key, answered)
                let ask = try await server.send(
                    "POST /v1/breakers/b/acquire", #"{"key": "\#(key)"}"#)
                guard ask.at("/state") == "half_open", let permit = ask.at("/permit")?.string,
                    let generation = ask.at("/generation")?.integer
                else { continue }
                answered.withLock { answered in
                    if answered.generation[key] ?? 0 < generation { answered.probes[key] = [] }
                    answered.generation[key] = generation
                    answered.probes[key, default: []].insert(permit)
                    answered.count += 1
                }
                guard answered.withLock({ $0.probes[key]?.count ?? 0 }) == 3 else { continue }
                answered.withLock { $0.probes[key] = [] }
                let path = "POST /v1/permits/\(permit)/outcome"
                note(try await server.send(path, #"{"outcome": "failure"}"#), key, answered)
            }
        } catch {
            // The server was killed.
        }
    }

    private static func note(
        _ reply: HTTPReply, _ key: String, _ answered: Book
    ) {
        guard reply.at("/transition/to") == "open" else { return }
        answered.withLock { answered in
            answered.opened[key, default: 0] += 1
            answered.count += 1
        }
    }

    private func check(_ server: ServerProcess, _ answered: Answered, _ round: Int) async throws {
        let events = try await server.events()
        let seqs = events.compactMap { $0.at("/seq")?.integer }
        #expect(seqs == Array(1...Int64(events.count)), "round \(round): seq has gaps")
        for (key, opened) in answered.opened {
            let told = Self.openings(of: key, in: events)
            #expect(told >= opened, "round \(round): \(key)")
            let state = try await server.send("GET /v1/breakers/b/state?key=\(key)")
            // A probe's lease may end between two looks: the state is that of one of them.
            let later = Self.openings(of: key, in: try await server.events())
            let times = state.at("/times_opened")?.integer ?? 0
            #expect((told...later).contains(Int(times)), "round \(round): \(key)")
            let generation = state.at("/generation")?.integer ?? 0
            #expect(generation >= answered.generation[key] ?? 0, "round \(round): \(key)")
            guard generation == answered.generation[key] else { continue }
            let inFlight = state.at("/half_open/in_flight")?.integer ?? 0
            let out = Int64(answered.probes[key]?.count ?? 0)
            #expect(inFlight >= out && inFlight <= 3, "round \(round): \(key)")
        }
    }

    private static func openings(of key: String, in events: [JSONValue]) -> Int {
        events.count { $0.at("/type") == "breaker.opened" && $0.at("/key") == .string(key) }
    }
}
