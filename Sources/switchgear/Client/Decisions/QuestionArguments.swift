import ArgumentParser
import Resilience

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
