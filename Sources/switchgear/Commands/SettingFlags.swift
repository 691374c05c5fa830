import ArgumentParser

/// The settings as flags. A flag wins over everything else.
struct SettingFlags: ParsableArguments {
    @Option(help: "The address to listen on.") var host: String?
    @Option(help: "The port to listen on; 0 takes a free one.") var port: String?
    @Option(help: "The path of the database file.") var database: String?
    @Option(help: "A YAML file of settings.") var config: String?
    @Option(help: "A YAML file of policies, applied at the start.") var policies: String?
    @Option(help: "A token of the role admin; safer in SWITCHGEAR_ADMIN_TOKEN.")
    var adminToken: String?
    @Option(help: "A YAML file of tokens.") var tokens: String?
    @Flag(help: "Listen beyond loopback without tokens.") var insecure = false
    @Option(help: "Names by which clients may call it without tokens, with commas.")
    var allowedHosts: String?
    @Flag(help: "Have writes of policies, assignments and manual states say why.")
    var requireReason = false
    @Option(help: "Where the time comes from: system or manual.") var clock: String?
    @Option(help: "Makes jitter repeatable, for tests.") var randomSeed: String?
    @Option(help: "How often levels are written.") var checkpointIntervalMs: String?
    @Option(help: "How many keys have a state at most.") var maxKeys: String?
    @Option(help: "The largest request body.") var maxBodyBytes: String?
    @Option(help: "How many connections are open at most.") var maxConnections: String?
    @Option(help: "How long a request may wait for the disk.") var requestTimeoutMs: String?
    @Option(help: "How long a client may take to send a head, and a body.")
    var readTimeoutMs: String?
    @Option(help: "How long a connection may rest.") var idleTimeoutMs: String?
    @Option(help: "How long open requests may go on after SIGTERM.")
    var shutdownTimeoutMs: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
    @Flag(help: "Log every request.") var logRequests = false

    /// The flags that were given, by their settings' names.
    var given: [String: String] {
        let all: [String: String?] = [
            "host": host, "port": port, "database": database, "config": config,
            "policies": policies, "admin_token": adminToken, "tokens": tokens,
            "insecure": insecure ? "true" : nil, "allowed_hosts": allowedHosts,
            "require_reason": requireReason ? "true" : nil, "clock": clock,
            "random_seed": randomSeed,
            "checkpoint_interval_ms": checkpointIntervalMs, "max_keys": maxKeys,
            "max_body_bytes": maxBodyBytes, "max_connections": maxConnections,
            "request_timeout_ms": requestTimeoutMs,
            "read_timeout_ms": readTimeoutMs, "idle_timeout_ms": idleTimeoutMs,
            "shutdown_timeout_ms": shutdownTimeoutMs, "log_level": logLevel,
            "log_requests": logRequests ? "true" : nil,
        ]
        return all.compactMapValues(\.self)
    }
}
