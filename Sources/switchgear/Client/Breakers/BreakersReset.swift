import ArgumentParser
import Resilience

/// `breakers reset`: sets the breaker of one key, or of all, back to the beginning.
struct BreakersReset: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Set the breaker of one key, or of all, back to the beginning.",
        discussion: """
            Examples:
              switchgear breakers reset payments db-1 --reason "replaced"
              switchgear breakers reset payments --all
            """)

    @Argument(help: "The breaker's name.")
    private var name: PathPart

    @Argument(help: "The key, such as a host.")
    private var key: PathPart?

    @Flag(help: "Reset every key.")
    private var all = false

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    mutating func validate() throws {
        guard (key != nil) != all else {
            throw ValidationError("Give either a key or --all.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["breakers", name.text, "reset"])
        request.query = [("key", key?.text)]
        request.body = reason.map { ["reason": .string($0)] }
        try show(try await client.send(request)) { answer in
            "keys reset: \(Cell.text(answer["reset"]))\n"
        }
    }
}
