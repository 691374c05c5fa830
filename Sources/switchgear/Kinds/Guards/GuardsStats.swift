import ArgumentParser
import Resilience

/// `guards stats`: what a guard decided, and was told.
struct GuardsStats: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how many calls a guard let through, and how they went.",
        discussion: """
            Counted since the server started, and over the last minute.

            Example:
              switchgear guards stats checkout
            """)

    @Argument(help: "The guard's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["guards", name.text, "stats"])
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
