import ArgumentParser
import Resilience

/// `policies apply`: makes the server's policies those of a file, all or none.
struct PoliciesApply: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Create and update policies from a file, all or none.",
        discussion: """
            The file is YAML or JSON: 'policies:' and a list of policies, as 'policies export' \
            writes it. Where one of them is not valid, nothing is changed and every fault is \
            listed. The table shows what changed in policies that were updated.

            Examples:
              switchgear policies apply -f policies.yaml --dry-run
              switchgear policies export | ssh staging switchgear policies apply -f -
            """)

    @Option(name: [.short, .long], help: "The file; - is standard input.")
    private var file: String

    @Flag(help: "Delete the policies that the file does not name.")
    private var prune = false

    @Flag(help: "Only show what would change.")
    private var dryRun = false

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        guard var body = try PolicyFile.read(path: file).object else { return }
        body["prune"] = .bool(prune)
        body["dry_run"] = .bool(dryRun)
        var request = APIRequest(.post, ["policies", "apply"])
        request.body = .object(body)
        request.reason = reason
        try show(try await client.send(request)) { document in
            let changes = (document["changes"]?.array ?? []).compactMap(\.object)
            return ChangeTable.text(changes) + ChangeTable.summary(changes, isDryRun: dryRun)
        }
    }
}
