import ArgumentParser
import Resilience

/// `bulkheads state`: who holds the slots of a key.
struct BulkheadsState: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Show who holds the slots of a key, and how many wait.",
        discussion: """
            Looking takes no slot.

            Examples:
              switchgear bulkheads state db
              switchgear bulkheads state exports nightly --json
            """)

    @Argument(help: "The bulkhead's name.")
    private var name: PathPart

    @Argument(help: "The key; the empty key where it is left out.")
    private var key = ""

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["bulkheads", name.text, "state"])
        request.query = [("key", key)]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
