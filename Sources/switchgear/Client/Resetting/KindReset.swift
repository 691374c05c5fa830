import ArgumentParser
import Resilience

/// `reset` of a kind: sets the state of one key, or of all, back to the beginning.
struct KindReset<Kind: ResettableKind>: ClientCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "reset", abstract: Kind.abstract, discussion: Kind.discussion)
    }

    @Argument(help: "The \(Kind.word)'s name.")
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
        var request = APIRequest(.post, [Kind.place, name.text, "reset"])
        request.query = [("key", key?.text)]
        request.body = reason.map { ["reason": .string($0)] }
        try show(try await client.send(request)) { answer in
            "keys reset: \(Cell.text(answer["reset"]))\n"
        }
    }
}
