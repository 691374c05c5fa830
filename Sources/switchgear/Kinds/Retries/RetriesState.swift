import ArgumentParser
import Resilience

/// `retries state`: how the budget of a policy stands.
struct RetriesState: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show how many retries the budget has left, for all callers together.",
        discussion: """
            'budget' is empty where the policy has none.

            Example:
              switchgear retries state standard
            """)

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["retries", name.text, "state"])
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
