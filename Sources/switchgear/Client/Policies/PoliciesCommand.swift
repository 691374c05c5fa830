import ArgumentParser
import Resilience

/// The commands about policies of every kind.
struct PoliciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "List, read, change and move policies.",
        subcommands: [
            PoliciesList.self, PoliciesGet.self, PoliciesApply.self, PoliciesValidate.self,
            PoliciesExport.self, PoliciesDelete.self, PoliciesVersions.self,
            PoliciesRollback.self,
        ])
}

/// The arguments that name one policy.
struct PolicyArguments: ParsableArguments {
    @Argument(help: "The kind of the policy, singular or plural: limiter or limiters.")
    private var kind: KindArgument

    @Argument(help: "The policy's name.")
    private var name: PathPart

    /// The path of the policy, after `/v1`.
    var path: [String] { [kind.kind.plural, name.text] }

    /// The policy as it is called in messages: `limiter/api`.
    var title: String { "\(kind.kind.singular)/\(name.text)" }
}

/// `policies list`: which policies there are.
struct PoliciesList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the policies.",
        discussion: """
            Examples:
              switchgear policies list
              switchgear policies list --kind limiter --label team:payments
            """)

    @Option(help: ArgumentHelp("Only this kind, singular or plural.", valueName: "kind"))
    private var kind: KindArgument?

    @Option(help: ArgumentHelp("Only those with this label.", valueName: "name:value"))
    private var label: LabelArgument?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["policies"])
        request.query = [("kind", kind?.kind.singular), ("label", label?.text)]
        try show(try await client.list(request, of: "policies"), as: Self.table)
    }

    private static func table(_ policies: [JSONObject]) -> Table {
        var table = Table([
            .text("POLICY"), .text("MODE"), .number("VERSION"), .text("UPDATED AT"),
            .text("UPDATED BY"), .text("LABELS"), .text("DESCRIPTION"),
        ])
        for policy in policies {
            table.add([
                Cell.policy(policy), Cell.text(policy["mode"]), Cell.text(policy["version"]),
                Cell.text(policy["updated_at"]), Cell.text(policy["updated_by"]),
                Cell.labels(policy["labels"]), policy["description"]?.string ?? "",
            ])
        }
        return table
    }
}

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
