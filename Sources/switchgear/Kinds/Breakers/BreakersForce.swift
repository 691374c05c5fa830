import ArgumentParser
import Resilience

/// `breakers force`: puts a key's breaker somewhere by hand.
struct BreakersForce: ClientCommand {
    /// Where a breaker may be put.
    enum Position: String, CaseIterable, ExpressibleByArgument {
        case open, closed
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
    }

    static let configuration = CommandConfiguration(
        commandName: "force",
        abstract: "Put a key's breaker somewhere by hand.",
        discussion: """
            forced_open and forced_closed hold until they are released, or until --until; open \
            and closed are automatic from there.

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

    @Option(help: "Until when it is forced, like 2026-02-01T06:00:00Z.")
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
