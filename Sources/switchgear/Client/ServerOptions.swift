import ArgumentParser
import Foundation

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
