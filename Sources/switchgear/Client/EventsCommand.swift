import ArgumentParser
import Resilience

/// The commands about the record of changes.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Read the record of what changed, by whom and why.",
        subcommands: [EventsList.self])
}

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

/// Which events to look for; all that are given must hold.
struct EventFilter: ParsableArguments {
    /// In which order events come.
    enum Order: String, CaseIterable, ExpressibleByArgument {
        case asc
        case desc
    }

    @Option(help: ArgumentHelp("Of policies of this kind.", valueName: "kind"))
    private var kind: KindArgument?

    @Option(help: "Of policies of this name.")
    private var name: String?

    @Option(help: "Of this key.")
    private var key: String?

    @Option(help: "Of these types, with commas; each may end in .* (limiter.*).")
    private var type: String?

    @Option(help: "Caused by this actor.")
    private var actor: String?

    @Option(help: "Caused by the call of this trace.")
    private var traceID: String?

    @Option(help: "From this instant on, as 2026-01-31T12:00:00Z.")
    private var since: String?

    @Option(help: "Up to this instant.")
    private var until: String?

    @Option(help: ArgumentHelp("After the event of this number.", valueName: "seq"))
    private var after: Int64?

    @Option(help: "Oldest first (asc) or newest first (desc). (default: desc)")
    private var order: Order?

    /// The members of the query.
    var query: [(name: String, value: String?)] {
        [
            ("kind", kind?.kind.singular), ("name", name), ("key", key), ("type", type),
            ("actor", actor), ("trace_id", traceID), ("since", since), ("until", until),
            ("after", after.map { String($0) }), ("order", order?.rawValue),
        ]
    }
}
