import ArgumentParser
import Resilience

/// `breakers release`: hands a key's breaker back to its policy.
struct BreakersRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Hand a key's breaker back to its policy: closed and empty.",
        discussion: """
            Example:
              switchgear breakers release payments
            """)

    @OptionGroup private var breaker: BreakerArguments
    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.delete, breaker.path)
        request.query = [("key", breaker.key)]
        request.reason = reason
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
