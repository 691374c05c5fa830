import ArgumentParser
import Resilience

/// `<kinds> keys`: the states of all live keys.
struct KeysCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.keysHelp.configuration("keys", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, [CLI.kind.plural, name.text, "keys"])
        try show(try await client.list(request, of: "keys")) { Table(of: $0, CLI.keyColumns) }
    }
}
