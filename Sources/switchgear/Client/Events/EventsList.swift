import ArgumentParser
import Resilience

/// `events list`: what happened, newest first.
struct EventsList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List events, newest first.",
        discussion: """
            The table leaves out each event's data, trace and policy version; --json has them.

            Examples:
              switchgear events list --name api --type 'limiter.*' --limit 20
              switchgear events list --since 2026-01-31T00:00:00Z --all --json
            """)

    @OptionGroup private var filter: EventFilter

    @Option(help: "How many events at most. (default: 100; no limit with --all)")
    private var limit: Int?

    @Flag(help: "List all events, or as many as --limit says.")
    private var all = false

    @OptionGroup var options: ServerOptions

    mutating func validate() throws {
        guard limit.map({ $0 >= 1 }) ?? true else {
            throw ValidationError("--limit must be at least 1.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["events"])
        request.query = filter.query
        let limit = limit ?? (all ? .max : 100)
        try show(try await client.list(request, of: "events", limit: limit), as: Self.table)
    }

    private static func table(_ events: [JSONObject]) -> Table {
        var table = Table([
            .number("SEQ"), .text("AT"), .text("TYPE"), .text("POLICY"), .text("KEY"),
            .text("ACTOR"), .text("REASON"),
        ])
        for event in events {
            let about = Cell.policy(event)
            let head = ["seq", "at", "type"].map { Cell.text(event[$0]) }
            let tail = ["key", "actor", "reason"].map { Cell.text(event[$0]) }
            table.add(head + [about] + tail)
        }
        return table
    }
}
