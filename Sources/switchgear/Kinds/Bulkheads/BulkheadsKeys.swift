import ArgumentParser
import Resilience

/// `bulkheads keys`: how many slots of all live keys are held.
struct BulkheadsKeys: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "List how many slots of all live keys are held.",
        discussion: """
            Example:
              switchgear bulkheads keys exports
            """)

    @Argument(help: "The bulkhead's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["bulkheads", name.text, "keys"])
        try show(try await client.list(request, of: "keys"), as: Self.table)
    }

    private static func table(_ states: [JSONObject]) -> Table {
        var table = Table([
            .text("KEY"), .number("IN USE"), .number("LIMIT"), .number("QUEUED"),
        ])
        for state in states {
            table.add(["key", "in_use", "limit", "queued"].map { Cell.text(state[$0]) })
        }
        return table
    }
}
