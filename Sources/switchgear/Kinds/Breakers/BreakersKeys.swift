import ArgumentParser
import Resilience

/// `breakers keys`: where the breakers of all live keys stand.
struct BreakersKeys: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List where the breakers of all live keys stand.",
        discussion: """
            Example:
              switchgear breakers keys payments
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["breakers", name.text, "keys"])
        try show(try await client.list(request, of: "keys"), as: Self.table)
    }

    private static func table(_ states: [JSONObject]) -> Table {
        var table = Table([
            .text("KEY"), .text("STATE"), .text("SINCE"), .number("FAILURE RATE"),
            .number("OPENED"), .number("RETRY AFTER MS"),
        ])
        for state in states {
            let names = [
                "key", "state", "since_at", "failure_rate", "times_opened", "retry_after_ms",
            ]
            table.add(names.map { Cell.text(state[$0]) })
        }
        return table
    }
}
