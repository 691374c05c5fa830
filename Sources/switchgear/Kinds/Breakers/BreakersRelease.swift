import ArgumentParser
import Resilience

/// `breakers release`: ends a forced state.
struct BreakersRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "End a forced state: closed, with nothing counted.",
        discussion: """
            Example:
              switchgear breakers release payments
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @OptionGroup private var key: OptionalKey

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.delete, ["breakers", name.text, "state"])
        request.query = key.query
        request.reason = reason
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
