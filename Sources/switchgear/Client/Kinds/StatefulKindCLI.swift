import ArgumentParser
import Resilience

/// A kind whose policies keep states, which are seen and reset on the command line.
protocol StatefulKindCLI: KindCLI {
    /// The arguments that say which state is shown.
    associatedtype State: StateArguments

    /// The columns of the table of keys.
    static var keyColumns: [MemberColumn] { get }
    /// The help of `state`.
    static var stateHelp: CommandHelp { get }
    /// The help of `keys`.
    static var keysHelp: CommandHelp { get }
    /// The help of `reset`.
    static var resetHelp: CommandHelp { get }
}

extension StatefulKindCLI {
    static var stateHelp: CommandHelp {
        let words = [example.name, example.key].compactMap(\.self)
        return CommandHelp("Show the state of one key.", examples: [words.joined(separator: " ")])
    }

    static var keysHelp: CommandHelp {
        CommandHelp("List the live keys and their states.", examples: [example.name])
    }

    static var resetHelp: CommandHelp {
        CommandHelp("Reset the state of one key, or of all keys.", examples: resetExamples)
    }

    /// The examples of `reset`: with a key, where there are any, and for all.
    static var resetExamples: [String] {
        let one = example.key.map { "\(example.name) \($0) --reason \"planned\"" }
        return [one, "\(example.name) --all"].compactMap(\.self)
    }

    /// The commands about its states.
    static var stateCommands: [any ParsableCommand.Type] {
        [StateCommand<Self>.self, KeysCommand<Self>.self, ResetCommand<Self>.self]
    }
}

/// The arguments, after the policy's name, that say which state is shown.
protocol StateArguments: ParsableArguments {
    /// The members of the query.
    var query: [(name: String, value: String?)] { get }
}

/// A key that may be left out.
struct OptionalKey: StateArguments {
    @Argument(help: "The key; the empty key where it is left out.")
    private(set) var key = ""

    var query: [(name: String, value: String?)] { [("key", key)] }
}

/// No key: there is one state for all callers.
struct NoKey: StateArguments {
    var query: [(name: String, value: String?)] { [] }
}

/// `<kinds> state`: the state of one key.
struct StateCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.stateHelp.configuration("state", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup private var state: CLI.State
    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.get, [CLI.kind.plural, name.text, "state"])
        request.query = state.query
        try show(try await client.send(request)) { Table(fields: Cell.fields(of: $0)).text }
    }
}

/// `<kinds> keys`: the states of all live keys.
struct KeysCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.keysHelp.configuration("keys", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, [CLI.kind.plural, name.text, "keys"])
        try show(try await client.list(request, of: "keys")) { Table(of: $0, CLI.keyColumns) }
    }
}

/// `<kinds> reset`: resets the state of one key, or of all.
struct ResetCommand<CLI: StatefulKindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.resetHelp.configuration("reset", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @Argument(help: "The key: a user, a host, an API key.")
    private var key: PathPart?

    @Flag(help: "Reset every key.")
    private var all = false

    @Option(help: "Why, for the record.")
    private var reason: String?

    @OptionGroup var options: ClientOptions

    mutating func validate() throws {
        guard (key != nil) != all else {
            throw ValidationError("Give either a key or --all.")
        }
    }

    func call(_ client: APIClient) async throws {
        var request = APIRequest(.post, [CLI.kind.plural, name.text, "reset"])
        var body: JSONObject = key.map { ["key": .string($0.text)] } ?? ["all": true]
        body["reason"] = reason.map { .string($0) }
        request.body = .object(body)
        try show(try await client.send(request)) {
            "keys reset: \(Cell.text($0["reset"]))\n"
        }
    }
}
