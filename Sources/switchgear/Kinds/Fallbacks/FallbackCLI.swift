import ArgumentParser
import Resilience

/// Fallbacks on the command line.
enum FallbackCLI: KindCLI {
    static let kind = FallbackPolicy.kind
    static let abstract = "Ask what to answer when a call cannot be made."
    static let commands: [any ParsableCommand.Type] = [FallbacksResolve.self]
    static let example: (name: String, key: String?) = ("payments", nil)

    static let statsHelp = CommandHelp(
        "Show how often each strategy of a fallback answered.",
        "Counted since the server started, and over the last minute.", examples: ["payments"])
}

/// `fallbacks resolve`: what is answered when a call cannot be made.
struct FallbacksResolve: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Ask what to answer when a call cannot be made.",
        discussion: """
            Examples:
              switchgear fallbacks resolve payments
              switchgear fallbacks resolve payments --attribute user=1
            """)

    @Argument(help: "The fallback's name.")
    private var name: PathPart

    @Option(
        name: .customLong("attribute"),
        help: "What the call says of itself, as name=value; may be given several times.")
    private var attributes: [AttributeArgument] = []

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, ["fallbacks", name.text, "resolve"])
        request.body = ["attributes": AttributeArgument.document(attributes)]
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}
