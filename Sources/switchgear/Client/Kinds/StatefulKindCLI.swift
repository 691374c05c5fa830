import ArgumentParser

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
