import ArgumentParser

/// `limiters reset`: sets the state of one key, or of all, back to the beginning.
struct LimitersReset: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Set the state of one key, or of all, back to the beginning.",
        discussion: """
            Assignments stay.

            Examples:
              switchgear limiters reset api user:1 --reason "goodwill"
              switchgear limiters reset api --all
            """)

    @OptionGroup private var reset: ResetArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        try show(try await client.send(reset.request("limiters")), as: ResetArguments.line)
    }
}
