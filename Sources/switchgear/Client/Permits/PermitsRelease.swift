import ArgumentParser

/// `permits release`: gives a permit back uncounted.
struct PermitsRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give a permit back uncounted, for a call that was never made.",
        discussion: """
            A place or a slot that goes with it is free at once. One that was settled, or has \
            ended, can be given back as well; nothing changes then.

            Example:
              switchgear permits release "$PERMIT"
            """)

    @Argument(help: "The permit, as the answer had it.")
    private var permit: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        _ = try await client.send(APIRequest(.delete, ["permits", permit.text]))
        if !options.isJSON { try Output.line("released") }
    }
}
