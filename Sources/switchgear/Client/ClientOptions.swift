import ArgumentParser

/// The options that commands against a running server have in common.
struct ClientOptions: ConnectionOptions {
    @OptionGroup private var server: ServerOptions

    @Option(help: "Who acts, where the server has no tokens. [env: SWITCHGEAR_ACTOR]")
    private var actor: String?

    var isJSON: Bool { server.isJSON }

    func settings() throws -> ClientSettings { try server.settings(actor: actor) }

    mutating func validate() throws { _ = try settings() }
}
