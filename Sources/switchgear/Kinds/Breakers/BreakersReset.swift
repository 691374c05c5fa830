import ArgumentParser

/// `breakers reset`: sets the breaker of one key, or of all, back to the beginning.
struct BreakersReset: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Set the breaker of one key, or of all, back to the beginning.",
        discussion: """
            Examples:
              switchgear breakers reset payments db-1 --reason "replaced"
              switchgear breakers reset payments --all
            """)

    @OptionGroup private var reset: ResetArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        try show(try await client.send(reset.request("breakers")), as: ResetArguments.line)
    }
}
