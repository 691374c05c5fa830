import ArgumentParser
import Resilience

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
