import ArgumentParser
import Foundation

/// Which server a command talks to, and as whom.
struct ClientSettings: Equatable, Sendable {
    /// What is taken when nothing names a server.
    static let defaultURL = "http://127.0.0.1:8080"

    /// The server's address, without a slash at the end; may hold a path.
    let url: String
    /// The bearer token, where the server wants one.
    let token: String?
    /// Who is said to act, where the server has no tokens.
    let actor: String?

    /// The options of the command line, each filled from its variable where it was left out.
    ///
    /// An empty variable counts as not set. What cannot be sent is a usage error.
    init(url: String?, token: String?, actor: String?, environment: [String: String]) throws {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        self.url = try Self.checked(url: url ?? variable("SWITCHGEAR_URL") ?? Self.defaultURL)
        self.token = token ?? variable("SWITCHGEAR_TOKEN")
        self.actor = actor ?? variable("SWITCHGEAR_ACTOR")
        try Self.check(header: self.token, named: "token (--token, SWITCHGEAR_TOKEN)")
        try Self.check(header: self.actor, named: "actor (--actor, SWITCHGEAR_ACTOR)")
    }

    private static func checked(url: String) throws -> String {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil
        else {
            throw ValidationError(
                "'\(url)' is not the address of a server, such as \(defaultURL)"
                    + " (--url, SWITCHGEAR_URL).")
        }
        let end = url.lastIndex { $0 != "/" }.map { url.index(after: $0) } ?? url.endIndex
        return String(url[..<end])
    }

    private static func check(header value: String?, named name: String) throws {
        guard let value else { return }
        guard !value.isEmpty, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ValidationError("The \(name) is empty or has control characters.")
        }
    }
}

/// Options that say which server a command talks to, and how it prints what it hears.
protocol ConnectionOptions: ParsableArguments {
    /// Whether the server's answer is printed as it is, instead of a table.
    var isJSON: Bool { get }

    /// Which server to talk to, and as whom.
    func settings() throws -> ClientSettings
}

/// The options of a command that only reads, and so needs nobody who acts.
struct ServerOptions: ConnectionOptions {
    @Option(
        help: ArgumentHelp(
            "The server's address. [env: SWITCHGEAR_URL, default: \(ClientSettings.defaultURL)]",
            valueName: "url"))
    private var url: String?

    @Option(help: "The bearer token, where the server has tokens. [env: SWITCHGEAR_TOKEN]")
    private var token: String?

    @Flag(name: .customLong("json"), help: "Print the server's JSON instead of a table.")
    var isJSON = false

    func settings() throws -> ClientSettings { try settings(actor: nil) }

    /// Which server to talk to, and as whom; without an actor, the variable's.
    func settings(actor: String?) throws -> ClientSettings {
        try ClientSettings(
            url: url, token: token, actor: actor,
            environment: ProcessInfo.processInfo.environment)
    }

    mutating func validate() throws { _ = try settings() }
}

/// The options that commands against a running server have in common.
struct ClientOptions: ConnectionOptions {
    @OptionGroup private var server: ServerOptions

    @Option(help: "Who acts, where the server has no tokens. [env: SWITCHGEAR_ACTOR]")
    private var actor: String?

    var isJSON: Bool { server.isJSON }

    func settings() throws -> ClientSettings { try server.settings(actor: actor) }

    mutating func validate() throws { _ = try settings() }
}
