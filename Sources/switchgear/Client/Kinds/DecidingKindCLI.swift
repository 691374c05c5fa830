import ArgumentParser
import Resilience

/// A kind that answers "may I?", and is asked on the command line.
protocol DecidingKindCLI: KindCLI {
    /// The arguments that say what is asked.
    associatedtype Acquire: AcquireArguments

    /// The help of `acquire`.
    static var acquireHelp: CommandHelp { get }
}

extension DecidingKindCLI {
    /// The commands that ask it.
    static var decidingCommands: [any ParsableCommand.Type] { [AcquireCommand<Self>.self] }
}

/// The arguments, after the policy's name, of a call that asks.
protocol AcquireArguments: ParsableArguments {
    /// What the call says.
    var body: JSONObject { get }
    /// The members of the query.
    var query: [(name: String, value: String?)] { get }
    /// How long the server may hold the answer.
    var waitMS: Int64 { get }

    /// The answer as it is shown.
    static func text(_ answer: JSONObject) -> String
}

extension AcquireArguments {
    var query: [(name: String, value: String?)] { [] }

    var waitMS: Int64 { 0 }

    static func text(_ answer: JSONObject) -> String {
        Table(fields: Cell.fields(of: answer)).text
    }
}

/// `<kinds> acquire`: may this call be made?
struct AcquireCommand<CLI: DecidingKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.acquireHelp.configuration("acquire", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup private var question: CLI.Acquire
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, [CLI.kind.plural, name.text, "acquire"])
        request.query = question.query
        request.body = .object(question.body)
        request.waitMS = question.waitMS
        let response = try await client.send(request)
        try show(response, as: CLI.Acquire.text)
        guard try response.document()["allowed"]?.bool == true else {
            throw ClientFailure(.denied)
        }
    }
}
