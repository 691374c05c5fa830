import ArgumentParser
import Resilience

/// `<kinds> stats`: what was counted of a policy.
struct StatsCommand<CLI: KindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.statsHelp.configuration("stats", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, [CLI.kind.plural, name.text, "stats"])
        try show(try await client.send(request)) { Self.table($0).text }
    }

    private static func table(_ stats: JSONObject) -> Table {
        let last = stats["last_minute"]?.object
        var table = Table([.text("COUNT"), .number("TOTAL"), .number("LAST MINUTE")])
        for figure in stats["totals"]?.object ?? [:] {
            table.add([figure.name, Cell.text(figure.value), Cell.text(last?[figure.name])])
        }
        return table
    }
}
