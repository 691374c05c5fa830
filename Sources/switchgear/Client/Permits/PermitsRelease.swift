import ArgumentParser

/// `permits release`: gives a permit back uncounted.
struct PermitsRelease: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Give back the permit of a call that was never made.",
        discussion: """
            What it holds, such as a slot, is free at once. Giving back a permit that was \
            settled, or has expired, changes nothing.

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
