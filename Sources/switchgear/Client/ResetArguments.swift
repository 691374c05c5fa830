import ArgumentParser
import Resilience

/// What is to be set back to the beginning: one key of a policy, or all.
struct ResetArguments: ParsableArguments {
    @Argument(help: "The policy's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: PathPart?

    @Flag(help: "Reset every key.")
    private var all = false

    @Option(help: "Why, for the record.")
    private var reason: String?

    mutating func validate() throws {
        guard (key != nil) != all else {
            throw ValidationError("Give either a key or --all.")
        }
    }

    /// The request to reset it, of a kind's policies.
    func request(_ plural: String) -> APIRequest {
        var request = APIRequest(.post, [plural, name.text, "reset"])
        var body: JSONObject = key.map { ["key": .string($0.text)] } ?? ["all": true]
        body["reason"] = reason.map { .string($0) }
        request.body = .object(body)
        return request
    }

    /// The line that tells what was done.
    static func line(_ answer: JSONObject) -> String {
        "keys reset: \(Cell.text(answer["reset"]))\n"
    }
}
