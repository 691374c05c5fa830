import ArgumentParser
import Resilience

/// `policies rollback`: makes a new version from an old one.
struct PoliciesRollback: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make a new version of a policy from an old one.",
        discussion: """
            Example:
              switchgear policies rollback limiter api 3 --reason "too strict for the sale"
            """)

    @OptionGroup private var policy: PolicyArguments

    @Argument(help: "The version to go back to.")
    private var version: Int64

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var body: JSONObject = ["version": .integer(version)]
        body["reason"] = reason.map { .string($0) }
        var request = APIRequest(.post, policy.path + ["rollback"])
        request.body = .object(body)
        try show(try await client.send(request)) { answer in
            let now = Cell.text(answer["version"])
            return "\(Printable.escape(policy.title)): version \(now), as version \(version) was\n"
        }
    }
}
