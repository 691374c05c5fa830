import ArgumentParser
import Resilience

/// `policies versions`: what a policy has been, newest first.
struct PoliciesVersions: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions",
        abstract: "List the versions of one policy, newest first.",
        discussion: """
            The table leaves out each version's spec; --json has it.

            Example:
              switchgear policies versions limiter api
            """)

    @OptionGroup private var policy: PolicyArguments
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, policy.path + ["versions"])
        try show(try await client.list(request, of: "versions"), as: Self.table)
    }

    private static func table(_ versions: [JSONObject]) -> Table {
        var table = Table([
            .number("VERSION"), .text("ACTION"), .text("CREATED AT"), .text("CREATED BY"),
            .text("MODE"), .text("DESCRIPTION"),
        ])
        for version in versions {
            let names = ["version", "action", "created_at", "created_by", "mode"]
            table.add(
                names.map { Cell.text(version[$0]) } + [version["description"]?.string ?? ""])
        }
        return table
    }
}

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
