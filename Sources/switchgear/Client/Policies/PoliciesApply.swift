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

/// Shows the changes that an apply made, or would make.
enum ChangeTable {
    /// A row a policy, and for updated ones a row a place that differs.
    static func text(_ changes: [JSONObject]) -> String {
        var table = Table([
            .text("ACTION"), .text("POLICY"), .text("FIELD"), .text("OLD"), .text("NEW"),
        ])
        for change in changes {
            let head = [Cell.text(change["action"]), Cell.policy(change)]
            let differences = differences(change)
            if differences.isEmpty { table.add(head + ["", "", ""]) }
            for (index, difference) in differences.enumerated() {
                let cells = ["pointer", "old", "new"].map { Cell.text(difference[$0]) }
                table.add((index == 0 ? head : ["", ""]) + cells)
            }
        }
        return table.isEmpty ? "" : table.text
    }

    /// One line: `2 created, 1 unchanged`.
    static func summary(_ changes: [JSONObject], isDryRun: Bool) -> String {
        let actions = ["created", "updated", "unchanged", "deleted"]
        let counts = actions.compactMap { action in
            let count = changes.count { $0["action"]?.string == action }
            return count == 0 ? nil : "\(count) \(action)"
        }
        let text = counts.isEmpty ? "no policies" : counts.joined(separator: ", ")
        return (isDryRun ? "dry run, nothing was changed: " : "") + text + "\n"
    }

    /// What was created or deleted differs everywhere; that would only fill the screen.
    private static func differences(_ change: JSONObject) -> [JSONObject] {
        guard change["action"]?.string == "updated" else { return [] }
        return (change["diff"]?.array ?? []).compactMap(\.object)
    }
}

/// `policies validate`: whether the server would take a file.
struct PoliciesValidate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a policy file without storing anything.",
        discussion: """
            Exits with 1 when the file is not valid, and lists every fault with its place.

            Examples:
              switchgear policies validate -f policies.yaml
              switchgear policies validate -f - < policies.yaml
            """)

    @Option(name: [.short, .long], help: "The file; - is standard input.")
    private var file: String

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let document = try PolicyFile.read(path: file)
        let count = document.object?["policies"]?.array?.count ?? 0
        var request = APIRequest(.post, ["policies", "validate"])
        request.body = document
        let response = try await client.send(request)
        try show(response) { text($0, policyCount: count) }
        guard try response.document()["valid"]?.bool == true else {
            throw ClientFailure(.refused)
        }
    }

    private func text(_ answer: JSONObject, policyCount: Int) -> String {
        let name = Printable.escape(file == "-" ? "standard input" : file)
        guard answer["valid"]?.bool != true else {
            return "\(name): valid, policies: \(policyCount)\n"
        }
        let faults = (answer["errors"]?.array ?? []).compactMap(\.object)
        return "\(name): not valid, faults: \(faults.count)\n"
            + faults.map { "  \(Printable.escape(APIResponse.line($0)))\n" }.joined()
    }
}

/// `policies export`: all policies as one file that applies unchanged.
struct PoliciesExport: ClientCommand {
    /// The formats of the file.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case yaml
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all policies as a file that can be applied.",
        discussion: """
            Examples:
              switchgear policies export -o policies.yaml
              switchgear policies export --format json
            """)

    @Option(help: "The format of the file: yaml or json. (default: yaml; json with --json)")
    private var format: Format?

    @Option(name: [.customShort("o"), .long], help: "The file to write; - is standard output.")
    private var output = "-"

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, ["policies", "export"])
        let format = format ?? (options.isJSON ? .json : .yaml)
        request.accept = "application/\(format.rawValue)"
        let response = try await client.send(request)
        guard response.mediaType == request.accept else { throw response.stranger }
        try Output.save(response.body, at: output)
    }
}
