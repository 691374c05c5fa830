import ArgumentParser
import Resilience

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
