import Foundation
import Resilience
import TestSupport
import Testing

@Suite("Commands against a server", .serialized, .timeLimit(.minutes(30)))
struct CommandTests {
    /// A command line, its exit code, and what its output and its errors must hold.
    private struct Run {
        let line: String
        let code: Int32
        var output: [String] = []
        var errors: [String] = []
        var json: String?

        init(
            _ line: String, _ code: Int32 = 0, output: [String] = [], errors: [String] = [],
            json: String? = nil
        ) {
            self.line = line
            self.code = code
            self.output = output
            self.errors = errors
            self.json = json
        }
    }

    private static let file = """
        policies:
          - kind: limiter
            name: api
            labels: { team: a, "on": "1.0" }
            spec:
              tiers:
                free: { limits: [{ quota: 2, period_ms: 60000 }] }
                "123": { unlimited: true }
        """

    private static let others = """
        policies:
          - kind: timeout
            name: http
            spec: { timeout_ms: 5000 }
          - kind: fallback
            name: quotes
            spec: { strategies: [{ type: degraded, mode: read_only }] }
          - kind: retry
            name: standard
            spec: { budget: {} }
          - kind: limiter
            name: calls
            spec: { limits: [{ quota: 1, period_ms: 3600000 }] }
          - kind: guard
            name: checkout
            spec:
              limiters: [{ name: calls, key: "{user}" }]
              timeout: http
              fallback: quotes
          - kind: breaker
            name: payments
          - kind: bulkhead
            name: exports
            spec: { max_concurrent: 1 }
        """

    private static let questions = """
        decisions:
          - { kind: limiter, name: api, key: "user:9" }
          - { kind: limiter, name: api, key: "user:9", cost: 2 }
        """

    private static let runs = [
        Run("policies validate -f good.yaml", output: ["valid, policies: 1"]),
        Run("policies validate -f bad.yaml", 1, output: ["/policies/0/spec/limits/0/quota"]),
        Run("policies apply -f good.yaml --dry-run", output: ["created", "dry run"]),
        Run("policies list", errors: ["no policies"]),
        Run(
            "policies apply -f good.yaml --reason new",
            output: ["ACTION", "created", "limiter", "api"]),
        Run("policies apply -f good.yaml --json", json: #"{"changes": [{"action": "unchanged"}]}"#),
        Run(
            "policies apply -f bad.yaml", 1, errors: ["error: ", "/policies/0/spec/limits/0/quota"]),
        Run("policies apply -f none.yaml", 1, errors: ["none.yaml"]),
        Run("policies list --label team:a", output: ["api", "enforce"]),
        Run("policies get limiter api --json", json: #"{"name": "api", "version": 1}"#),
        Run("policies get limiter none", 1, errors: ["error: "]),
        Run("limiters acquire api user:1", output: ["allowed", "true"]),
        Run("limiters acquire api user:1 --json", json: #"{"allowed": true, "remaining": 0}"#),
        Run("limiters acquire api user:1", 10, output: ["rate_limited"]),
        Run("limiters acquire api user:1 --json", 10, json: #"{"allowed": false}"#),
        Run("limiters acquire none k", 1, errors: ["error: "]),
        Run("limiters state api user:1", output: ["remaining", "0"]),
        Run("limiters top api", output: ["KEY", "COUNT", "user:1"]),
        Run("limiters top api --by allowed --limit 1 --json", json: #"{"by": "allowed"}"#),
        Run("limiters top api --by all", 1, errors: ["/query/by"]),
        Run("limiters assign api user:1 --tier 123 --note paid", output: ["123", "paid"]),
        Run("limiters acquire api user:1 --cost 99", output: ["true"]),
        Run("limiters assign api user:1 --tier none", 1, errors: ["/tier"]),
        Run("limiters assign api user:1 --remove", output: ["user:1"]),
        Run("limiters keys api", output: ["KEY", "TIER", "REMAINING", "user:1", "free"]),
        Run("limiters stats api", output: ["COUNT", "LAST MINUTE", "allowed", "denied"]),
        Run("limiters reset api user:1 --reason goodwill", output: ["1"]),
        Run("limiters reset api", 64), Run("limiters reset api user:1 --all", 64),
        Run("limiters reset api --all", output: ["keys reset: 0"]),
        Run("limiters acquire api a/b?c%", output: ["true"]),
        Run("limiters state api a/b?c% --json", json: #"{"key": "a/b?c%", "remaining": 1}"#),
        Run("decide limiter api --key user:9 --json", json: #"{"results": [{"allowed": true}]}"#),
        Run("decide limiter api --key user:8 --cost 3", 10, output: ["cost_exceeds_limit"]),
        Run("decide limiter none --key k", 1, output: ["not_found"]),
        Run("decide limiter api", 1, output: ["/decisions/0/key", "is required"]),
        Run(
            "decide -f questions.yaml", 10,
            output: ["ANSWER", "allowed", "denied", "rate_limited"]),
        Run("decide -f good.yaml", 1, errors: ["good.yaml: has no list 'decisions'"]),
        Run("permits settle forged success", 1, errors: ["error: ", "permit"]),
        Run("permits renew forged --lease-ms 5", 1, errors: ["error: "]),
        Run("permits release forged", 1, errors: ["error: "]),
        Run("permits settle forged well", 64),
        Run("events list --name api --type policy.*", output: ["SEQ", "policy.created", "api"]),
        Run(
            "events list --type limiter.reset,policy.created --json",
            json: #"""
                {"events": [{"key": null, "reason": null}, {"reason": "goodwill", "actor": "tester"},
                            {"type": "policy.created", "reason": "new"}]}
                """#),
        Run("events list --type limiter.rest", 1, errors: ["limiter.reset"]),
        Run(
            "policies export --format json",
            json: #"{"policies": [{"name": "api", "labels": {"on": "1.0"}}]}"#),
        Run("policies export -o out.yaml"),
        Run("policies apply -f out.yaml --json", json: #"{"changes": [{"action": "unchanged"}]}"#),
        Run("policies versions limiter api", output: ["created", "tester"]),
        Run("policies rollback limiter api 1 --json", json: #"{"version": 1}"#),
        Run("policies delete limiter api --if-match 9", 1, errors: ["error: "]),
        Run("policies delete limiter api --reason old", output: ["deleted"]),
        Run("policies apply -f others.yaml", output: ["timeout", "http", "fallback", "quotes"]),
        Run("timeouts state http", output: ["timeout_ms", "5000", "samples", "0"]),
        Run("timeouts state none", 1, errors: ["error: "]),
        Run("timeouts keys http", errors: ["no keys"]),
        Run("timeouts reset http --all", output: ["keys reset: 0"]),
        Run("timeouts reset http k", 1, errors: ["one state for all callers"]),
        Run("timeouts stats http", output: ["COUNT"]),
        Run("retries state standard", output: ["budget/remaining", "100"]),
        Run("retries next standard 1 --status 503", output: ["retry", "true"]),
        Run("retries keys standard", output: ["KEY", "REMAINING", "99"]),
        Run("retries reset standard --all --json", json: #"{"reset": 1}"#),
        Run("retries stats standard", output: ["COUNT"]),
        Run("fallbacks stats quotes", output: ["COUNT", "LAST MINUTE"]),
        Run("fallbacks resolve quotes", output: ["degraded", "read_only"]),
        Run(
            "fallbacks resolve quotes --attribute user=1 --json",
            json: #"{"type": "degraded", "mode": "read_only"}"#),
        Run("fallbacks resolve quotes --attribute a%b=1", 1, errors: ["/attributes/a%b"]),
        Run(
            "guards acquire checkout --attribute user=1 --explain",
            output: ["permit", "timeout_ms", "5000", "read_only", "PART", "limiter/calls", "true"]),
        Run(
            "guards acquire checkout --attribute user=1 --json", 10,
            json: #"{"allowed": false, "denied_by": {"name": "calls", "reason": "rate_limited"}}"#),
        Run("guards acquire checkout", 1, errors: ["/attributes/user"]),
        Run(
            "guards acquire checkout --attribute user=2 --cost 0 --attempt 2 --wait-ms 9",
            output: ["allowed", "true"]),
        Run("guards acquire checkout --attribute user=2 --reporter me", output: ["permit"]),
        Run("guards stats checkout", output: ["COUNT", "LAST MINUTE", "allowed", "denied"]),
        Run("breakers acquire payments --reporter me", output: ["permit", "closed"]),
        Run("breakers acquire payments db-1 --json", json: #"{"allowed": true}"#),
        Run("breakers force payments forced_open", output: ["forced_open"]),
        Run("breakers acquire payments", 10, output: ["forced_open"]),
        Run("breakers keys payments", output: ["KEY", "FAILURE RATE", "forced_open"]),
        Run("breakers release payments", output: ["closed"]),
        Run("breakers reset payments db-1", output: ["keys reset: 1"]),
        Run("breakers stats payments", output: ["COUNT"]),
        Run("bulkheads acquire exports k --holder web-1", output: ["permit", "expires_at"]),
        Run("bulkheads acquire exports k --wait-ms 0", 10, output: ["full"]),
        Run("bulkheads state exports k", output: ["in_use", "web-1"]),
        Run("bulkheads keys exports", output: ["IN USE", "k"]),
        Run("bulkheads reset exports k --reason stuck", output: ["keys reset: 1"]),
        Run("bulkheads acquire exports k --json", json: #"{"allowed": true, "in_use": 1}"#),
        Run("bulkheads acquire none", 1, errors: ["error: "]),
        Run("healthcheck", output: ["ready"]),
        Run("policies get", 64, errors: ["Usage:"]), Run("nonsense", 64),
        Run("limiters acquire api k --cost x", 64),
    ]

    @Test("do what they say, and end with the code that tells it")
    func commands() async throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(Self.file, to: "good.yaml")
        _ = try directory.write(Self.others, to: "others.yaml")
        _ = try directory.write(Self.questions, to: "questions.yaml")
        let bad = Self.file.replacing("tiers:", with: "limits: [{ quota: 0 }]\n      x:")
        _ = try directory.write(bad, to: "bad.yaml")
        let server = try await ServerProcess(database: directory.path("test.db"))
        let environment = ["SWITCHGEAR_URL": server.url, "SWITCHGEAR_ACTOR": "tester"]
        for run in Self.runs {
            let words = run.line.split(separator: " ").map { String($0) }
            let ended = try await Program.run(words, environment: environment, in: directory.url)
            let place = "\(run.line): \(ended.code)\n\(ended.output)\(ended.errors)"
            #expect(ended.code == run.code, "\(place)")
            for text in run.output { #expect(ended.output.contains(text), "\(place)") }
            for text in run.errors { #expect(ended.errors.contains(text), "\(place)") }
            if let json = run.json {
                let mismatches = try JSONMatch.mismatches(json, Array(ended.output.utf8))
                #expect(mismatches.isEmpty, "\(place)")
            }
        }
        _ = await server.stop()
    }

    @Test("settle a permit, renew a probe's, and give one back")
    func permits() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(database: directory.path("test.db"))
        let environment = ["SWITCHGEAR_URL": server.url]
        func run(_ words: String...) async throws -> String {
            let ended = try await Program.run(words, environment: environment)
            #expect(ended.code == 0, "\(words): \(ended.errors)")
            return ended.output
        }
        _ = try await server.send("PUT /v1/breakers/b")
        func permit() async throws -> String {
            let reply = try await server.send("POST /v1/breakers/b/acquire", "{}")
            return try #require(reply.at("/permit")?.string)
        }
        let (first, second) = (try await permit(), try await permit())
        let settled = try await run(
            "permits", "settle", first, "failure", "--error-type", "network", "--json")
        #expect(settled.contains(#""counted":true"#))
        #expect(try await run("permits", "settle", first, "success").contains("duplicate"))
        #expect(try await run("permits", "release", second) == "released\n")
        #expect(try await run("permits", "settle", second, "success").contains("duplicate"))
        let state = #"{"state": "open"}"#
        _ = try await server.send("PATCH /v1/breakers/b", #"{"spec": {"open_duration_ms": 1}}"#)
        _ = try await server.send("PUT /v1/breakers/b/state", state)
        var probe: String?
        while probe == nil {
            let reply = try await server.send("POST /v1/breakers/b/acquire", "{}")
            probe = reply.at("/permit")?.string
        }
        let renewed = try await run("permits", "renew", try #require(probe), "--lease-ms", "9000")
        #expect(renewed.contains("expires_at"))
        _ = await server.stop()
    }

    @Test("tell that nobody answers, or something else does")
    func unreachable() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(database: directory.path("test.db"))
        let environment = ["SWITCHGEAR_URL": server.url]
        _ = await server.stop()
        for line in [["policies", "list"], ["limiters", "acquire", "api", "k"]] {
            let ended = try await Program.run(line, environment: environment)
            #expect(ended.code == 2 && ended.errors.contains(server.url), "\(ended.errors)")
        }
        let health = try await Program.run(["healthcheck"], environment: environment)
        #expect(health.code == 1 && !health.errors.isEmpty)
    }

    @Test("a token is sent, and its lack is told")
    func token() async throws {
        let directory = try TemporaryDirectory()
        let server = try await ServerProcess(
            database: directory.path("test.db"), ["SWITCHGEAR_ADMIN_TOKEN": "secret"])
        let url = ["SWITCHGEAR_URL": server.url]
        let without = try await Program.run(["policies", "list"], environment: url)
        #expect(without.code == 1 && without.errors.contains("SWITCHGEAR_TOKEN"))
        let token = url.merging(["SWITCHGEAR_TOKEN": "secret"]) { $1 }
        let with = try await Program.run(["policies", "list"], environment: token)
        #expect(with.code == 0, "\(with.errors)")
        _ = await server.stop()
    }

    @Test("migrate makes the database and says what it did, version says which it is")
    func apart() async throws {
        let directory = try TemporaryDirectory()
        let arguments = ["migrate", "--database", directory.path("new.db")]
        let first = try await Program.run(arguments)
        #expect(
            first.code == 0 && first.output.contains("applied 0001_initial.sql"), "\(first.output)")
        let second = try await Program.run(arguments)
        #expect(second.code == 0 && !second.output.contains("applied"), "\(second.output)")
        let path = try directory.write("this is no database, and must stay as it is", to: "x.db")
        let third = try await Program.run(["migrate", "--database", path])
        #expect(third.code == 1 && third.errorLines.count == 1, "\(third.errors)")
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("this is no database"))
        let version = try await Program.run(["version"])
        #expect(version.code == 0 && version.output.hasPrefix("switchgear "))
    }
}
