import ControlPlane
import HTTPAPI
import Logging
import NIOCore
import Resilience

/// Everything the server is started with.
struct Settings {
    private let values: [String: SettingsReader.Found]

    /// The settings of these flags and this environment.
    init(flags: [String: String], environment: [String: String]) throws(SettingsError) {
        values = try SettingsReader(flags: flags, environment: environment).findAll()
    }

    /// Where the value of a setting came from, and its text; secrets are hidden.
    func shown(_ setting: Setting) -> (value: String, source: String) {
        guard let found = values[setting.name], let text = found.text else {
            return ("", "default")
        }
        return (setting.isSecret ? "(hidden)" : text, found.source)
    }

    /// The path of the policy file.
    var policyFile: String? { values["policies"]?.text }

    /// The least severe level that is logged.
    var logLevel: Logger.Level { Logger.Level(rawValue: text("log_level")) ?? .info }

    /// How long open requests may go on after SIGTERM.
    var shutdownTimeout: Duration { .milliseconds(integer("shutdown_timeout_ms")) }

    /// What the plane is started with, but for its policies.
    func plane(environment: [String: String]) -> PlaneConfiguration {
        var plane = PlaneConfiguration(database: text("database"))
        plane.clock = PlaneConfiguration.ClockMode(rawValue: text("clock")) ?? .system
        plane.checkpointInterval = .milliseconds(integer("checkpoint_interval_ms"))
        plane.maximumKeys = Int(integer("max_keys"))
        plane.randomSeed = values["random_seed"]?.text.flatMap { UInt64($0) }
        plane.environment = environment
        return plane
    }

    /// The bounds of the server.
    var server: ServerConfiguration {
        var server = ServerConfiguration()
        server.host = text("host")
        server.port = Int(integer("port"))
        server.allowedHosts = ServerConfiguration.hosts(in: text("allowed_hosts")) ?? []
        server.checksHost = !flag("insecure")
        server.requiresReason = flag("require_reason")
        server.bodyBytes = Int(integer("max_body_bytes"))
        server.connections = Int(integer("max_connections"))
        server.requestTimeout = .milliseconds(integer("request_timeout_ms"))
        server.readTimeout = .milliseconds(integer("read_timeout_ms"))
        server.idleTimeout = .milliseconds(integer("idle_timeout_ms"))
        server.logsRequests = flag("log_requests")
        return server
    }

    /// Who may do what.
    ///
    /// - Throws: When the token file is not right, or when tokens are missing beyond loopback.
    func access() throws(SettingsError) -> AccessControl {
        var tokens: [AccessControl.Token] = []
        if let secret = values["admin_token"]?.text {
            tokens.append(AccessControl.Token(name: "admin", role: .admin, secret: secret))
        }
        if let path = values["tokens"]?.text { tokens += try TokenFile.read(path) }
        let access = AccessControl(tokens)
        guard access.isOn || flag("insecure") || Self.isLoopback(text("host")) else {
            throw SettingsError(lines: [
                """
                \(text("host")) is beyond loopback, where anybody could change policies: set \
                SWITCHGEAR_ADMIN_TOKEN or SWITCHGEAR_TOKENS, or SWITCHGEAR_INSECURE=true if \
                something else keeps strangers out
                """
            ])
        }
        return access
    }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        let address = (try? SocketAddress(ipAddress: host, port: 0))?.ipAddress
        return address == "::1" || address?.hasPrefix("127.") == true
    }

    private func text(_ name: String) -> String { values[name]?.text ?? "" }

    private func integer(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }

    private func flag(_ name: String) -> Bool { Setting.flags[text(name)] ?? false }
}

/// Why the server does not start: everything that is wrong with how it was set up.
struct SettingsError: Error, CustomStringConvertible {
    /// One line for each fault, naming where it is.
    let lines: [String]

    var description: String { lines.joined(separator: "; ") }
}
