import Foundation
import Resilience
import Synchronization
import TestSupport
import Testing

@Suite("A server with bulkheads that is killed", .serialized, .timeLimit(.minutes(30)))
struct BulkheadCrashTests {
    private static func spec(_ durability: String) -> String {
        #"""
        {"spec": {"max_concurrent": 5, "lease_ms": 60000, "durability": "\#(durability)"}}
        """#
    }

    /// What callers hold, as they know it.
    private final class Book: Sendable {
        struct Entries {
            /// The permits of slots that were granted and whose release was not begun, by holder.
            var held: [String: String] = [:]
            /// Holders whose release was answered.
            var released: Set<String> = []
            /// Holders who asked or wanted to leave, and got no answer.
            var unknown: Set<String> = []
            var answers = 0
        }

        private let entries = Mutex(Entries())

        var content: Entries { entries.withLock { $0 } }

        func write(_ change: (inout Entries) -> Void) { entries.withLock { change(&$0) } }
    }

    @Test(
        "holds every strict slot that it answered for, and no more than the limit, ten times over")
    func strict() async throws {
        let directory = try TemporaryDirectory()
        let book = Book()
        for round in 0...10 {
            let server = try await ServerProcess(database: directory.path("test.db"))
            if round == 0 {
                let reply = try await server.send("PUT /v1/bulkheads/b", Self.spec("strict"))
                #expect(reply.status == 201)
            } else {
                try await check(server, book, round)
            }
            let before = book.content.answers
            let load = Task {
                await withTaskGroup { group in
                    for name in ["x", "y", "z"] {
                        group.addTask { await Self.load(server, "\(name)\(round)", book) }
                    }
                }
            }
            for _ in 0..<2000 where book.content.answers < before + 12 {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...50)))
            _ = await server.stop(SIGKILL)
            await load.value
        }
        #expect(book.content.released.count >= 11)
    }

    /// Takes slots and leaves most of them, until the server is gone.
    private static func load(_ server: ServerProcess, _ name: String, _ book: Book) async {
        var number = 0
        do {
            while true {
                number += 1
                let holder = "\(name)-\(number)"
                book.write { $0.unknown.insert(holder) }
                let ask = try await server.send(
                    "POST /v1/bulkheads/b/acquire", #"{"holder": "\#(holder)"}"#)
                let permit = ask.at("/permit")?.string
                book.write { entries in
                    entries.unknown.remove(holder)
                    entries.held[holder] = permit
                    entries.answers += 1
                }
                // Some are kept; when all slots are, one of the kept leaves.
                let leaving = permit == nil ? book.content.held.keys.min() : holder
                guard permit == nil || number % 4 != 0, let leaving,
                    let leave = book.content.held[leaving]
                else { continue }
                book.write { entries in
                    entries.held[leaving] = nil
                    entries.unknown.insert(leaving)
                }
                _ = try await server.send(
                    "POST /v1/permits/\(leave)/outcome", #"{"outcome": "success"}"#)
                book.write { entries in
                    entries.unknown.remove(leaving)
                    entries.released.insert(leaving)
                    entries.answers += 1
                }
            }
        } catch {
            // The server was killed.
        }
    }

    private func check(_ server: ServerProcess, _ book: Book, _ round: Int) async throws {
        let state = try await server.send("GET /v1/bulkheads/b/state")
        let holders = (state.at("/holders")?.array ?? []).compactMap { $0.at("/holder")?.string }
        let told = book.content
        #expect(Set(told.held.keys).isSubset(of: holders), "round \(round): a slot was lost")
        #expect(
            Set(holders).isSubset(of: Set(told.held.keys).union(told.unknown)),
            "round \(round): a slot that was left is held")
        #expect(holders.count <= 5, "round \(round)")
        // What nobody knows of is freed, so that the next round has slots to grant.
        _ = try await server.send("POST /v1/bulkheads/b/reset", #"{"all": true}"#)
        book.write { entries in
            entries.held = [:]
            entries.unknown = []
        }
    }

    @Test("a relaxed slot is held after a kill once it was written")
    func relaxed() async throws {
        let directory = try TemporaryDirectory()
        let environment = ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "50"]
        let database = directory.path("test.db")
        let first = try await ServerProcess(database: database, environment)
        _ = try await first.send("PUT /v1/bulkheads/b", Self.spec("relaxed"))
        _ = try await first.send("POST /v1/bulkheads/b/acquire", #"{"holder": "web-1"}"#)
        try await Task.sleep(for: .milliseconds(500))
        // This one may be lost.
        _ = try await first.send("POST /v1/bulkheads/b/acquire", #"{"holder": "web-2"}"#)
        _ = await first.stop(SIGKILL)
        let second = try await ServerProcess(database: database, environment)
        let state = try await second.send("GET /v1/bulkheads/b/state")
        #expect(state.at("/holders/0/holder") == "web-1")
        #expect((1...2).contains(state.at("/in_use")?.integer ?? 0))
        _ = await second.stop()
    }
}
