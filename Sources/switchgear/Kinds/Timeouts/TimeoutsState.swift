import ArgumentParser
import Resilience

/// `timeouts state`: how long a call is waited for, and why.
struct TimeoutsState: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show how long a call is waited for, and how long calls take.",
        discussion: """
            Example:
              switchgear timeouts state http
            """)

    @Argument(help: "The timeout's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, ["timeouts", name.text, "state"])
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
