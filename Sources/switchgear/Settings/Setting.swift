import HTTPAPI
import Logging
import Resilience

/// One setting of the server: where it may come from, what it takes, and what it is for.
struct Setting: Sendable {
    /// Its name in a settings file; with `-` for `_`, its flag.
    let name: String
    /// Its environment variable.
    let variable: String
    /// What it takes.
    let shape: Shape
    /// Its value when it is set nowhere; nil for none.
    let defaultText: String?
    /// Whether its value is never shown.
    let isSecret: Bool
    /// One sentence for people.
    let summary: String

    init(
        _ name: String, _ variable: String, _ shape: Shape, default defaultText: String?,
        isSecret: Bool = false, _ summary: String
    ) {
        self.name = name
        self.variable = variable
        self.shape = shape
        self.defaultText = defaultText
        self.isSecret = isSecret
        self.summary = summary
    }

    /// Its flag of `serve`.
    var flag: String { "--" + String(name.map { $0 == "_" ? "-" : $0 }) }

    /// What is wrong with `text` as its value; nil when it is one.
    func fault(of text: String) -> String? {
        if name == "port", text.hasPrefix("tcp://") {
            return """
                is \(text), which an orchestrator sets for a service that is called switchgear; \
                rename the service, switch such variables off, or give \(flag)
                """
        }
        if shape == .flag { return Self.flags[text] == nil ? "must be true or false" : nil }
        if text.isEmpty { return "must not be empty" }
        if name == "allowed_hosts", ServerConfiguration.hosts(in: text) == nil {
            return "must be names of hosts with commas between them, not \"\(text)\""
        }
        return shape.parse(text) == nil ? "must be \(shape.expectation), not \"\(text)\"" : nil
    }

    /// What flags may be called.
    static let flags = ["true": true, "1": true, "false": false, "0": false]
}

extension Setting {
    /// All settings, in the order in which they are shown.
    static let all = [
        Setting(
            "host", "SWITCHGEAR_HOST", .text(maximumBytes: 255), default: "127.0.0.1",
            "The address to listen on. Beyond loopback, tokens are needed."),
        Setting(
            "port", "SWITCHGEAR_PORT", .integer(0...65_535, unit: ""), default: "8080",
            "The port to listen on; 0 takes a free one."),
        Setting(
            "database", "SWITCHGEAR_DATABASE", .text(maximumBytes: 4096), default: "switchgear.db",
            "The path of the database file; it is made if need be."),
        Setting(
            "policies", "SWITCHGEAR_POLICIES", .text(maximumBytes: 4096), default: nil,
            "A YAML file of policies that is applied at the start."),
        Setting(
            "admin_token", "SWITCHGEAR_ADMIN_TOKEN", .text(maximumBytes: 4096), default: nil,
            isSecret: true, "A token of the role admin."),
        Setting(
            "tokens", "SWITCHGEAR_TOKENS", .text(maximumBytes: 4096), default: nil,
            "A YAML file with a list of tokens: name, role, sha256."),
        Setting(
            "insecure", "SWITCHGEAR_INSECURE", .flag, default: "false",
            "Whether to serve anybody, by any name and beyond loopback, without tokens."),
        Setting(
            "allowed_hosts", "SWITCHGEAR_ALLOWED_HOSTS", .text(maximumBytes: 4096), default: nil,
            "Names by which clients may call a server without tokens, with commas between them."),
        Setting(
            "require_reason", "SWITCHGEAR_REQUIRE_REASON", .flag, default: "false",
            "Whether writes of policies, assignments and manual states must say why."),
        Setting(
            "clock", "SWITCHGEAR_CLOCK", .choice(["system", "manual"]), default: "system",
            "Where the time comes from; manual time moves only by /v1/clock/advance."),
        Setting(
            "random_seed", "SWITCHGEAR_RANDOM_SEED", .integer(0...(.max), unit: ""), default: nil,
            "Makes jitter repeatable, for tests."),
        Setting(
            "checkpoint_interval_ms", "SWITCHGEAR_CHECKPOINT_INTERVAL_MS",
            .integer(10...3_600_000, unit: "ms"), default: "1000",
            "How often levels are written; a crash loses at most this much of them."),
        Setting(
            "max_keys", "SWITCHGEAR_MAX_KEYS", .integer(1...1_000_000_000, unit: ""),
            default: "1000000", "How many keys have a state at most, over all policies."),
        Setting(
            "max_body_bytes", "SWITCHGEAR_MAX_BODY_BYTES", .integer(1024...67_108_864, unit: "B"),
            default: "1048576", "The largest request body that is read."),
        Setting(
            "max_connections", "SWITCHGEAR_MAX_CONNECTIONS", .integer(1...100_000, unit: ""),
            default: "4096", "How many connections are open at most; more wait."),
        Setting(
            "request_timeout_ms", "SWITCHGEAR_REQUEST_TIMEOUT_MS",
            .integer(100...600_000, unit: "ms"), default: "30000",
            "How long a request may take that waits for the disk."),
        Setting(
            "read_timeout_ms", "SWITCHGEAR_READ_TIMEOUT_MS", .integer(100...600_000, unit: "ms"),
            default: "15000", "How long a client may take to send a head, and a body."),
        Setting(
            "idle_timeout_ms", "SWITCHGEAR_IDLE_TIMEOUT_MS",
            .integer(100...3_600_000, unit: "ms"), default: "75000",
            "How long a connection may rest between two requests."),
        Setting(
            "shutdown_timeout_ms", "SWITCHGEAR_SHUTDOWN_TIMEOUT_MS",
            .integer(100...600_000, unit: "ms"), default: "10000",
            "How long open requests may go on after SIGTERM."),
        Setting(
            "log_level", "LOG_LEVEL", .choice(Logger.Level.allCases.map(\.rawValue)),
            default: "info", "The least severe level that is logged."),
        Setting(
            "log_requests", "LOG_REQUESTS", .flag, default: "false",
            "Whether every request is logged."),
    ]

    /// The settings file itself, which cannot stand in one.
    static let file = Setting(
        "config", "SWITCHGEAR_CONFIG", .text(maximumBytes: 4096), default: nil,
        "A YAML file of settings, by the names above.")

    /// The setting of that name.
    static func named(_ name: String) -> Setting {
        guard let setting = all.first(where: { $0.name == name }) else {
            preconditionFailure("no setting is called \(name)")
        }
        return setting
    }
}
