import ArgumentParser
import Resilience

/// `policies get`: one policy, with what is in force.
struct PoliciesGet: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show one policy.",
        discussion: """
            Shows what was written (spec) and what is in force with all defaults and overrides \
            filled in (effective), one line a value.

            Examples:
              switchgear policies get limiter api
              switchgear policies get limiter api --json
            """)

    @OptionGroup private var policy: PolicyArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let response = try await client.send(APIRequest(.get, policy.path))
        try show(response) { Table(fields: Cell.fields(of: $0)).text }
    }
}
