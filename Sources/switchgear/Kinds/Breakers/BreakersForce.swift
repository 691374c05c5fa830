import ArgumentParser
import Resilience

/// `breakers force`: forces a key's breaker open or closed.
struct BreakersForce: ClientCommand {
    /// Where a breaker may be put.
    enum Position: String, CaseIterable, ExpressibleByArgument {
        case open, closed
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
    }

    static let configuration = CommandConfiguration(
        commandName: "force",
        abstract: "Force a key's breaker open or closed.",
        discussion: """
            forced_open and forced_closed hold until they are released, or until --until. After \
            open and closed the breaker works as usual again.

            Examples:
              switchgear breakers force payments forced_open --reason "maintenance"
              switchgear breakers force payments forced_open db-1 --until 2026-02-01T06:00:00Z
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @Argument(help: "open, closed, forced_open or forced_closed.")
    private var state: Position

    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @Option(help: "When the forced state ends, as 2026-02-01T06:00:00Z. (default: never)")
    private var until: String?

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.put, ["breakers", name.text, "state"])
        request.query = [("key", key)]
        request.body = [
            "state": .string(state.rawValue), "until_at": JSONValue(until),
            "reason": JSONValue(reason),
        ]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
