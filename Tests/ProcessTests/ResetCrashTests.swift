import Foundation
import Resilience
import TestSupport
import Testing

@Suite("A server that is killed after a reset", .serialized, .timeLimit(.minutes(30)))
struct ResetCrashTests {
    private static let policies = """
        {"policies": [
          {"kind": "limiter", "name": "p", "spec": {"limits": [
            {"quota": 10, "period_ms": 86400000}]}},
          {"kind": "bulkhead", "name": "p", "spec": {"max_concurrent": 5, "lease_ms": 3600000}}]}
        """

    @Test("brings no state back that was reset", arguments: ["limiter", "bulkhead"])
    func killed(kind: String) async throws {
        let directory = try TemporaryDirectory()
        for round in 0..<3 {
            let server = try await ServerProcess(
                database: directory.path("test.db"), ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "10"])
            let apply = try await server.send("POST /v1/policies/apply", Self.policies)
            #expect(apply.status == 200)
            for batch in 0..<10 {
                let items = (0..<1000).map {
                    #"{"kind": "\#(kind)", "name": "p", "key": "k\#(batch * 1000 + $0)"}"#
                }
                let body = #"{"decisions": [\#(items.joined(separator: ", "))]}"#
                #expect(try await server.send("POST /v1/decisions", body).status == 200)
            }
            let reset = try await server.send("POST /v1/\(kind)s/p/reset", #"{"all": true}"#)
            #expect(reset.status == 200)
            _ = await server.stop(SIGKILL)
            let next = try await ServerProcess(database: directory.path("test.db"))
            let keys = try await next.send("GET /v1/\(kind)s/p/keys")
            // A bulkhead that was reset keeps its generation, and holds nothing.
            let held = (keys.at("/keys")?.array ?? []).filter { $0.at("/in_use") != 0 }
            #expect(keys.status == 200 && held.isEmpty, "round \(round)")
            #expect(await next.stop().code == 0)
        }
    }
}
