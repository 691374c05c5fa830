import ArgumentParser
import Resilience

/// `limiters top`: the heaviest keys.
struct LimitersTop: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "List the keys that were denied, or allowed, the most.",
        discussion: """
            They are counted in bounded memory: COUNT is at most ERROR too high.

            Examples:
              switchgear limiters top api
              switchgear limiters top api --by allowed --limit 5
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Option(help: "Which calls count: denied or allowed. (default: denied)")
    private var by: String?

    @Option(help: "At most so many keys. (default: 20)")
    private var limit: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["limiters", name.text, "top"])
        request.query = [("by", by), ("limit", limit.map { String($0) })]
        try show(try await client.send(request)) { answer in
            Table(
                of: (answer["keys"]?.array ?? []).compactMap(\.object),
                [.text("KEY", "key"), .number("COUNT", "count"), .number("ERROR", "error")]
            ).text
        }
    }
}
