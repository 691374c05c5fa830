import ArgumentParser
import Resilience

/// `<kinds> state`: the state of one key.
struct StateCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.stateHelp.configuration("state", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup private var state: CLI.State
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, [CLI.kind.plural, name.text, "state"])
        request.query = state.query
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
