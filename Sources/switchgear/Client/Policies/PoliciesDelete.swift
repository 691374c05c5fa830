import ArgumentParser

/// `policies delete`: takes a policy away, with the state of its keys.
struct PoliciesDelete: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete one policy, and the state of its keys.",
        discussion: """
            With --if-match it is deleted only if it still has that version.

            Examples:
              switchgear policies delete limiter api
              switchgear policies delete limiter api --if-match 3
            """)

    @OptionGroup private var policy: PolicyArguments

    @Option(help: ArgumentHelp("The version that it must have.", valueName: "version"))
    private var ifMatch: Int64?

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.delete, policy.path)
        request.ifMatch = ifMatch
        request.reason = reason
        _ = try await client.send(request)
        if !options.isJSON { try Output.line("deleted \(Printable.escape(policy.title))") }
    }
}
