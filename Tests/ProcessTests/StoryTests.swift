import Foundation
import Resilience
import TestSupport
import Testing

@Suite("What is shown to newcomers", .serialized, .timeLimit(.minutes(30)))
struct StoryTests {
    @Test(
        "the tour of the README, and the examples of the pages, print what they say",
        arguments: [
            ("README.md", "A minute's tour"), ("docs/permits.md", "An example"),
        ] + PolicyKinds.standard.map { ("docs/\($0.kind.plural).md", "An example") })
    func tour(page: String, section: String) async throws {
        let tour = try Tour(page: page, section: section)
        #expect(tour.stops.count >= 10)
        let directory = try TemporaryDirectory()
        let clock = page == "README.md" ? "system" : "manual"
        let server = try await ServerProcess(
            database: directory.path("tour.db"), ["SWITCHGEAR_CLOCK": clock])
        let mark = "==> next stop"
        let script = tour.stops.map { $0.script + "\necho; echo '\(mark)'\n" }.joined()
            .replacing("http://127.0.0.1:8080", with: server.url)
        let path = try directory.write("set -euo pipefail\n" + script, to: "tour.sh")
        let ended = try await Program.run([path], of: "/bin/bash")
        #expect(ended.code == 0, "\(ended.errors)")
        let outputs = ended.output.components(separatedBy: mark).dropLast()
        #expect(outputs.count == tour.stops.count)
        for (stop, output) in zip(tour.stops, outputs) {
            for document in stop.documents {
                let mismatches = try JSONMatch.mismatches(document, Array(output.utf8))
                #expect(mismatches.isEmpty, "\(stop.script)\n\(output)")
            }
            let lines = output.split(separator: "\n").map { String($0) }
            if !stop.lines.isEmpty { #expect(lines == stop.lines, "\(stop.script)") }
            #expect(!stop.documents.isEmpty || !stop.lines.isEmpty, "\(stop.script)")
        }
        _ = await server.stop()
    }

    @Test("the demos tell their stories to the end", arguments: ["tiers", "flaky-upstream"])
    func demo(story: String) async throws {
        let script = Project.url("examples/\(story)/demo.py").path
        let ended = try await Program.run(
            ["python3", script, "--server", Program.binary], of: "/usr/bin/env",
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        #expect(ended.code == 0, "\(ended.output)\(ended.errors)")
    }

    @Test("the example of the library tells its story")
    func library() async throws {
        let program = Project.url(".build/debug/in-process-example").path
        let ended = try await Program.run([], of: program)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(
            ended.output == """
                == The machines by themselves
                limiter: yes, 1 left
                limiter: yes, 0 left
                limiter: not for another 500 ms
                limiter: allowed after the wait: true
                breaker: open, because of consecutive_failures
                breaker: the copy is the same: true
                retry: after [100, 200, 400] ms
                retry: /max_attempts must be at least 1
                == A flaky target, and three attempts
                got 42 at call 3
                == A target that hangs
                timed out after 50 ms
                got 41, the price of yesterday
                == A target that is down
                Unavailable() after 3 calls; the breaker is open
                breaker prices: open
                calls are still 3
                == The target is back
                got 42; the breaker is closed
                == One caller asks too often
                limiter per-user: rate_limited
                another one got 42
                slots in use at the end: 0

                """)
    }

    @Test("the policy file of the examples is taken at the start, and again unchanged")
    func policyFile() async throws {
        let directory = try TemporaryDirectory()
        let environment = ["SWITCHGEAR_POLICIES": Project.url("examples/policies.yaml").path]
        for round in 1...2 {
            let server = try await ServerProcess(database: directory.path("test.db"), environment)
            let policies = try await server.send("GET /v1/policies").at("/policies")?.array ?? []
            #expect(policies.count >= 2)
            #expect(policies.allSatisfy { $0.at("/version") == 1 }, "round \(round)")
            _ = await server.stop()
        }
    }

    @Test("requests made from openapi.yaml are answered as it says")
    func schemathesis() async throws {
        let tools = Project.url(".venv/bin")
        guard
            FileManager.default.fileExists(
                atPath: tools.appendingPathComponent("schemathesis").path)
        else {
            Issue.record("there is no .venv/bin/schemathesis: `make test` makes it")
            return
        }
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(
            database: directory.path("test.db"), ["LOG_LEVEL": "warning"])
        let script = Project.url("Tests/ProcessTests/schemathesis.sh").path
        let ended = try await Program.run(
            [script, server.url, tools.path], of: "/bin/bash")
        #expect(ended.code == 0, "\(ended.output.suffix(20_000))\(ended.errors.suffix(2000))")
        let stopped = await server.stop()
        #expect(
            stopped.code == 0 && !stopped.errors.contains("request failed"), "\(stopped.errors)")
    }
}
