import ArgumentParser
import Resilience

/// `retries schedule`: the delays that a policy comes to.
struct RetriesSchedule: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Show the delay after each failed attempt, and its bounds with jitter.",
        discussion: """
            Example:
              switchgear retries schedule standard
            """)

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["retries", name.text, "schedule"])
        try show(try await client.send(request)) { document in
            Table(
                of: (document["delays"]?.array ?? []).compactMap(\.object),
                [
                    .number("AFTER ATTEMPT", "attempt"), .number("DELAY MS", "delay_ms"),
                    .number("SHORTEST", "min_ms"), .number("LONGEST", "max_ms"),
                ]
            ).text
        }
    }
}
