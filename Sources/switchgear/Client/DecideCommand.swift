import ArgumentParser
import Resilience

/// `decide`: asks one policy, or many at once.
struct DecideCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Ask one policy, or many at once, whether a call may be made.",
        discussion: """
            Give a kind and a name, or a file with a list 'decisions' of up to 1000 questions, \
            each with a kind, a name and the members of that kind's acquire call. No call waits.

            Exits with 0 if all are allowed, with 10 if one is denied, and with 1 if one could \
            not be answered; the table says why.

            Examples:
              switchgear decide limiter api --key user:1 --cost 5
              switchgear decide guard checkout --attribute user=1 --attribute org=a
              switchgear decide -f questions.yaml
              switchgear decide -f - < questions.json
            """)

    @OptionGroup private var question: QuestionArguments

    @Option(name: [.short, .long], help: "The file of questions; - is standard input.")
    private var file: String?

    @OptionGroup var options: ClientOptions

    mutating func validate() throws {
        guard (file == nil) == question.isGiven, file == nil || question.isEmpty else {
            throw ValidationError("Give either a kind and a name or a file.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["decisions"])
        request.body =
            try file.map { try PolicyFile.read(path: $0, listing: "decisions") }
            ?? ["decisions": [.object(question.document)]]
        let response = try await client.send(request)
        let results = (try response.document()["results"]?.array ?? []).compactMap(\.object)
        try show(response) { _ in Self.text(results) }
        if results.contains(where: { $0["allowed"] == nil }) { throw ClientFailure(.refused) }
        if results.contains(where: { $0["allowed"] != true }) { throw ClientFailure(.denied) }
    }

    /// One result in full, or a line for each of many.
    private static func text(_ results: [JSONObject]) -> String {
        if results.count == 1 { return Table(fields: Cell.fields(of: results[0])).text }
        var table = Table([
            .text("KIND"), .text("NAME"), .text("ANSWER"), .text("REASON"),
            .number("RETRY AFTER MS"), .text("PERMIT"),
        ])
        for result in results {
            let answer = result["allowed"].map { $0 == true ? "allowed" : "denied" } ?? "problem"
            table.add(
                [Cell.text(result["kind"]), Cell.text(result["name"]), answer, reason(result)]
                    + ["retry_after_ms", "permit"].map { Cell.text(result[$0]) })
        }
        return table.text
    }

    /// Why a call is denied, or why there is no answer, with the first fault.
    private static func reason(_ result: JSONObject) -> String {
        let fault = result["errors"]?.array?.first?.object.map(APIResponse.line)
        return fault ?? Cell.text(result["reason"] ?? result["detail"])
    }
}

/// One question on the command line: a kind, a name, and what that kind's acquire call takes.
struct QuestionArguments: ParsableArguments {
    private static var kindHelp: String {
        let deciding = ClientCommands.kinds.filter { $0 is any DecidingKindCLI.Type }
        return "The kind: \(deciding.map { $0.kind.singular }.joined(separator: ", "))."
    }

    @Argument(help: ArgumentHelp(Self.kindHelp))
    private var kind: KindArgument?

    @Argument(help: "The policy's name.")
    private var name: PathPart?

    @Option(help: "The key: a user, a host, an API key.")
    private var key: String?

    @Option(help: "How much the call costs. (default: 1)")
    private var cost: Int64?

    @Option(help: "The tier, where there are tiers.")
    private var tier: String?

    @Option(help: "Who asks.")
    private var reporter: String?

    @Option(help: "Who holds the slot, where there are slots.")
    private var holder: String?

    @Option(help: "An attribute of the call, such as user=1; may be given several times.")
    private var attribute: [AttributeArgument] = []

    /// Whether it names a policy.
    var isGiven: Bool { kind != nil && name != nil }

    /// Whether nothing of it is given.
    var isEmpty: Bool {
        kind == nil && name == nil && document.isEmpty
    }

    /// The question as it stands in a batch; what is not given is left out.
    var document: JSONObject {
        var document = JSONObject()
        document["kind"] = kind.map { .string($0.kind.singular) }
        document["name"] = name.map { .string($0.text) }
        document["key"] = key.map { .string($0) }
        document["cost"] = cost.map { .integer($0) }
        document["tier"] = tier.map { .string($0) }
        document["reporter"] = reporter.map { .string($0) }
        document["holder"] = holder.map { .string($0) }
        if !attribute.isEmpty {
            document["attributes"] = AttributeArgument.document(attribute)
        }
        return document
    }
}
