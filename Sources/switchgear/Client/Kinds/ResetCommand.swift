import ArgumentParser
import Resilience

/// `<kinds> reset`: resets the state of one key, or of all.
struct ResetCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.resetHelp.configuration("reset", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: PathPart?

    @Flag(help: "Reset every key.")
    private var all = false

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    mutating func validate() throws {
        guard (key != nil) != all else {
            throw ValidationError("Give either a key or --all.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, [CLI.kind.plural, name.text, "reset"])
        var body: JSONObject = key.map { ["key": .string($0.text)] } ?? ["all": true]
        body["reason"] = reason.map { .string($0) }
        request.body = .object(body)
        try show(try await client.send(request)) {
            "keys reset: \(Cell.text($0["reset"]))\n"
        }
    }
}
