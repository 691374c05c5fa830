import ArgumentParser
import Resilience

/// `limiters reset`: sets the state of one key, or of all, back to the beginning.
struct LimitersReset: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Set the state of one key, or of all, back to the beginning.",
        discussion: """
            Assignments stay.

            Examples:
              switchgear limiters reset api user:1 --reason "goodwill"
              switchgear limiters reset api --all
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
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
        var request = APIRequest(.post, ["limiters", name.text, "reset"])
        request.query = [("key", key?.text)]
        request.body = reason.map { ["reason": .string($0)] }
        try show(try await client.send(request)) { answer in
            "keys reset: \(Cell.text(answer["reset"]))\n"
        }
    }
}
