import Foundation
import Resilience
import Synchronization
import TestSupport

/// What a server has answered for, as its clients wrote it down. Guarded by a mutex.
final class Ledger: Sendable {
    struct Entries: Sendable {
        /// The newest version of each policy, with its quota.
        var policies: [String: (version: Int64, quota: Int64)] = [:]
        /// The newest note of each key's assignment.
        var assignments: [String: Int64] = [:]
        /// What was allowed for each key, and what was asked for.
        var allowed: [String: Int64] = [:]
        var asked: [String: Int64] = [:]
    }

    private let entries = Mutex(Entries())

    /// What stands in it.
    var content: Entries { entries.withLock { $0 } }

    func write(_ change: (inout Entries) -> Void) { entries.withLock { change(&$0) } }

    /// Calls the server from several sides until it no longer answers.
    func load(_ server: ServerProcess) async {
        await withTaskGroup { group in
            for number in 0..<3 { group.addTask { await self.writePolicies("p\(number)", server) } }
            for number in 0..<3 { group.addTask { await self.assign("k\(number)", server) } }
            for number in 0..<4 { group.addTask { await self.acquire("a\(number)", server) } }
        }
    }

    private func writePolicies(_ name: String, _ server: ServerProcess) async {
        while true {
            let quota = Int64.random(in: 1...1_000_000)
            let spec = #"{"spec": {"limits": [{"quota": \#(quota)}]}}"#
            guard let reply = try? await server.send("PUT /v1/limiters/\(name)", spec),
                reply.status < 300, let version = reply.at("/version")?.integer
            else { return }
            write { $0.policies[name] = (version, quota) }
        }
    }

    private func assign(_ key: String, _ server: ServerProcess) async {
        var number = content.assignments[key] ?? 0
        while true {
            // A number that was sent but not answered for is not sent again.
            number += 2
            let body = #"{"unlimited": true, "note": "\#(number)"}"#
            let path = "/v1/limiters/base/assignments/\(key)"
            guard let reply = try? await server.send("PUT \(path)", body), reply.status < 300 else {
                return
            }
            write { $0.assignments[key] = number }
        }
    }

    private func acquire(_ key: String, _ server: ServerProcess) async {
        while true {
            write { $0.asked[key, default: 0] += 1 }
            let body = #"{"key": "\#(key)"}"#
            guard let reply = try? await server.send("POST /v1/limiters/base/acquire", body),
                reply.at("/allowed") == true
            else { return }
            write { $0.allowed[key, default: 0] += 1 }
        }
    }
}
