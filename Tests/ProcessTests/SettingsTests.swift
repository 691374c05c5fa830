import Foundation
import Resilience
import TestSupport
import Testing

@Suite("Settings of the server", .timeLimit(.minutes(30)))
struct SettingsTests {
    /// A start that must fail, and what its one line must name.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var flags: [String] = []
        var environment: [String: String] = [:]
        var config: String?
        var tokens: String?
        var policies: String?
        let names: [String]
    }

    private static let refusals = [
        Refusal(
            testDescription: "an unknown key in the settings file", config: "databse: x\n",
            names: ["databse", "settings.yaml", "database"]),
        Refusal(
            testDescription: "a bad value in the settings file", config: "port: 70000\n",
            names: ["port", "settings.yaml", "65535"]),
        Refusal(
            testDescription: "a list in the settings file", config: "port: [1]\n",
            names: ["port", "settings.yaml"]),
        Refusal(
            testDescription: "a settings file that is no YAML", config: "port: [\n",
            names: ["settings.yaml"]),
        Refusal(
            testDescription: "a settings file that is not there", flags: ["--config", "none.yaml"],
            names: ["none.yaml"]),
        Refusal(
            testDescription: "a bad value of a flag", flags: ["--port", "x"],
            names: ["--port", "x"]),
        Refusal(
            testDescription: "a bad value of a variable",
            environment: ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS": "0"],
            names: ["SWITCHGEAR_CHECKPOINT_INTERVAL_MS", "10"]),
        Refusal(
            testDescription: "an empty variable", environment: ["SWITCHGEAR_DATABASE": ""],
            names: ["SWITCHGEAR_DATABASE"]),
        Refusal(
            testDescription: "a flag of neither kind", environment: ["LOG_REQUESTS": "yes"],
            names: ["LOG_REQUESTS", "true"]),
        Refusal(
            testDescription: "the port that an orchestrator sets",
            environment: ["SWITCHGEAR_PORT": "tcp://10.0.0.1:8080"],
            names: ["SWITCHGEAR_PORT", "orchestrator"]),
        Refusal(
            testDescription: "a name of a host that is none",
            flags: ["--allowed-hosts", "a,http://b"],
            names: ["--allowed-hosts", "http://b"]),
        Refusal(
            testDescription: "listening beyond loopback without tokens",
            flags: ["--host", "0.0.0.0"], names: ["0.0.0.0", "SWITCHGEAR_ADMIN_TOKEN"]),
        Refusal(
            testDescription: "an unknown role of a token",
            tokens: "- {name: a, role: root, sha256: \(String(repeating: "0", count: 64))}\n",
            names: ["tokens.yaml", "/0/role"]),
        Refusal(
            testDescription: "a digest that is none",
            tokens: "tokens: [{name: a, role: read, sha256: x}]\n",
            names: ["tokens.yaml", "/0/sha256"]),
        Refusal(
            testDescription: "an override of no field",
            environment: ["SWITCHGEAR_LIMITERS__API__QOUTA": "1"],
            names: ["SWITCHGEAR_LIMITERS__API__QOUTA"]),
        Refusal(
            testDescription: "an override with a bad value",
            environment: ["SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA": "0"],
            names: ["SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA"]),
        Refusal(
            testDescription: "an override that fits two policies",
            environment: ["SWITCHGEAR_LIMITERS__A_B__MODE": "shadow"],
            policies: """
                policies:
                  - {kind: limiter, name: a.b, spec: {preset: embed}}
                  - {kind: limiter, name: a-b, spec: {preset: embed}}

                """, names: ["SWITCHGEAR_LIMITERS__A_B__MODE", "a.b", "a-b"]),
        Refusal(
            testDescription: "a bad default variable", environment: ["RATE_LIMIT_BURST_SIZE": "0"],
            names: ["RATE_LIMIT_BURST_SIZE"]),
        Refusal(
            testDescription: "a policy file with faults",
            policies: "policies: [{kind: limiter, name: a, spec: {limits: [{quota: 0}]}}]\n",
            names: ["/policies/0/spec/limits/0/quota"]),
        Refusal(
            testDescription: "a database in no folder", flags: ["--database", "none/at/all.db"],
            names: ["none/at/all.db"]),
    ]

    @Test("a bad one stops the start with one line that names it", arguments: refusals)
    func refused(refusal: Refusal) async throws {
        let directory = try TemporaryDirectory()
        var environment = refusal.environment
        let files = [
            ("SWITCHGEAR_CONFIG", refusal.config, "settings.yaml"),
            ("SWITCHGEAR_TOKENS", refusal.tokens, "tokens.yaml"),
            ("SWITCHGEAR_POLICIES", refusal.policies, "policies.yaml"),
        ]
        for (variable, text, name) in files {
            if let text { environment[variable] = try directory.write(text, to: name) }
        }
        if environment["SWITCHGEAR_PORT"] == nil, !refusal.flags.contains("--port"),
            refusal.config == nil
        {
            environment["SWITCHGEAR_PORT"] = "0"
        }
        let ended = try await Program.run(["serve"] + refusal.flags, environment: environment)
        #expect(ended.code == 1, "\(ended.errors)")
        #expect(ended.errorLines.count == 1, "\(ended.errors)")
        #expect(ended.errors.hasPrefix("error: "), "\(ended.errors)")
        for name in refusal.names { #expect(ended.errors.contains(name), "\(ended.errors)") }
    }

    @Test("a flag wins over a variable, that over the file, that over the default")
    func precedence() async throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "port: 3\nhost: ::1\nlog_level: error\n", to: "settings.yaml")
        let ended = try await Program.run(
            ["config", "--port", "1"],
            environment: [
                "SWITCHGEAR_CONFIG": file, "SWITCHGEAR_PORT": "2", "SWITCHGEAR_HOST": "127.0.0.2",
                "SWITCHGEAR_ADMIN_TOKEN": "secret-token", "SWITCHGEAR_PROT": "1",
                "SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA": "7", "RATE_LIMIT_BURST_SIZE": "9",
            ])
        #expect(ended.code == 0, "\(ended.errors)")
        let rows = ended.output.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).map { String($0) }
        }
        func row(_ name: String) -> [String] { rows.first { $0.first == name } ?? [] }
        #expect(row("port") == ["port", "1", "flag", "SWITCHGEAR_PORT"])
        #expect(row("host") == ["host", "127.0.0.2", "environment", "SWITCHGEAR_HOST"])
        #expect(row("log_level") == ["log_level", "error", "file", file, "LOG_LEVEL"])
        #expect(row("clock") == ["clock", "system", "default", "SWITCHGEAR_CLOCK"])
        #expect(
            row("admin_token") == [
                "admin_token", "(hidden)", "environment", "SWITCHGEAR_ADMIN_TOKEN",
            ])
        #expect(row("SWITCHGEAR_LIMITERS__API__LIMITS__0__QUOTA").contains("7"))
        #expect(row("RATE_LIMIT_BURST_SIZE").contains("9"))
        #expect(!(ended.output + ended.errors).contains("secret-token"))
        #expect(
            ended.errors.contains("SWITCHGEAR_PROT") && ended.errors.contains("SWITCHGEAR_PORT"))
    }

    @Test("tokens let the server listen beyond loopback, and settings come from a file")
    func tokens() async throws {
        let directory = try TemporaryDirectory()
        let digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
        let tokens = try directory.write(
            "tokens: [{name: web, role: read, sha256: \(digest)}]\n", to: "tokens.yaml")
        let file = try directory.write(
            "host: 0.0.0.0\nport: 0\ntokens: \(tokens)\nlog_requests: true\n", to: "settings.yaml")
        let server = try await ServerProcess(
            database: directory.path("test.db"), ["SWITCHGEAR_CONFIG": file])
        #expect(try await server.send("GET /v1/policies").status == 401)
        let fields = ["Authorization": "Bearer secret"]
        #expect(try await server.send("GET /v1/policies", nil, fields).status == 200)
        #expect(try await server.send("PUT /v1/limiters/a", "{}", fields).status == 403)
        let ended = await server.stop()
        #expect(ended.errors.contains("path=/v1/policies"), "\(ended.errors)")
        #expect(!ended.errors.contains("secret"))
    }

    @Test("overrides and default variables decide, and are told")
    func overrides() async throws {
        let directory = try TemporaryDirectory()
        let variable = "SWITCHGEAR_LIMITERS__PER_USER__LIMITS__0__QUOTA"
        let server = try await ServerProcess(
            database: directory.path("test.db"),
            [variable: "5", "RATE_LIMIT_REQUESTS_PER_SECOND": "3"])
        let spec = #"{"spec": {"limits": [{"quota": 60}]}}"#
        let reply = try await server.send("PUT /v1/limiters/per-user", spec)
        #expect(
            try JSONMatch.mismatches(
                #"""
                {"spec": {"limits": [{"quota": 60}]}, "effective": {"limits": [{"quota": 5}]},
                 "overrides": [{"field": "…", "variable": "\#(variable)", "value": 5}]}
                """#, reply.body
            ).isEmpty, "\(reply.text)")
        let empty = try await server.send("PUT /v1/limiters/other", #"{"spec": {}}"#)
        #expect(empty.at("/effective/limits/0/quota") == 3, "\(empty.text)")
        let tiers = #"{"spec": {"tiers": {"free": {"blocked": true}}}}"#
        let refused = try await server.send("PUT /v1/limiters/per-user", tiers)
        #expect(refused.status == 422 && refused.text.contains(variable), "\(refused.text)")
        let ambiguous = try await server.send("PUT /v1/limiters/per.user", spec)
        #expect(ambiguous.status == 422 && ambiguous.text.contains(variable), "\(ambiguous.text)")
        _ = await server.stop()
    }
}
