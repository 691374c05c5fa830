import ArgumentParser

/// `bulkheads reset`: frees the slots of one key, or of all.
struct BulkheadsReset: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Free all slots of one key, or of all keys.",
        discussion: """
            Permits that were given before count nothing any more.

            Examples:
              switchgear bulkheads reset exports nightly --reason "the job is gone"
              switchgear bulkheads reset exports --all
            """)

    @OptionGroup private var reset: ResetArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        try show(try await client.send(reset.request("bulkheads")), as: ResetArguments.line)
    }
}
