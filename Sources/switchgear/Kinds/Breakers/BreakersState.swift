import ArgumentParser
import Resilience

/// `breakers state`: where a key's breaker stands, and what it has seen.
struct BreakersState: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show where a key's breaker stands, and what it has seen.",
        discussion: """
            Looking takes no probe's place.

            Examples:
              switchgear breakers state payments
              switchgear breakers state payments db-1 --json
            """)

    @OptionGroup private var breaker: BreakerArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, breaker.path)
        request.query = [("key", breaker.key)]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
