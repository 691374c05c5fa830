import ArgumentParser
import Resilience

/// `limiters state`: what an acquire would answer, without spending anything.
struct LimitersState: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show the state of one key, as an acquire would answer.",
        discussion: """
            Spends nothing. 'accounts' shows what is left in each tier of which something is \
            spent, 'assignment' what the key was assigned, if anything.

            Examples:
              switchgear limiters state api user:1
              switchgear limiters state api user:1 --cost 10
            """)

    @Argument(help: "The limiter's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: String

    @Option(help: "The tier, where the key has no assignment.")
    private var tier: String?

    @Option(help: "How much the call would cost. (default: 1)")
    private var cost: Int64?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["limiters", name.text, "state"])
        request.query = [("key", key), ("tier", tier), ("cost", cost.map { String($0) })]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
