import ArgumentParser
import Resilience

/// A kind of policy on the command line: what it has there of its own.
///
/// A kind enters the command line through one such type, in ``ClientCommands/kinds``; nothing else
/// names it. The commands that kinds have in common are written once, for any kind: one with
/// states is a ``StatefulKindCLI``, one that answers "may I?" a ``DecidingKindCLI``.
protocol KindCLI: SendableMetatype {
    /// The kind, whose plural names the group of its commands.
    static var kind: Kind { get }
    /// What the group is for, in a sentence.
    static var abstract: String { get }
    /// The commands that only this kind has.
    static var commands: [any ParsableCommand.Type] { get }
    /// The name of a policy, and a key where there are any, for examples.
    static var example: (name: String, key: String?) { get }
    /// The help of `stats`.
    static var statsHelp: CommandHelp { get }
}

extension KindCLI {
    static var commands: [any ParsableCommand.Type] { [] }

    static var statsHelp: CommandHelp {
        CommandHelp(
            "Show what was counted of a policy.",
            "Counted since the server started, and over the last minute.",
            examples: [example.name])
    }

    /// The group of its commands.
    static var group: any ParsableCommand.Type { KindCommand<Self>.self }

    fileprivate static var allCommands: [any ParsableCommand.Type] {
        ((self as? any DecidingKindCLI.Type)?.decidingCommands ?? []) + commands
            + ((self as? any StatefulKindCLI.Type)?.stateCommands ?? [])
            + [StatsCommand<Self>.self]
    }
}

/// The commands of a kind.
struct KindCommand<CLI: KindCLI>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: CLI.kind.plural, abstract: CLI.abstract, subcommands: CLI.allCommands)
    }
}

/// What the help of a command says that several kinds have.
struct CommandHelp: Sendable {
    /// What it does, in a sentence.
    let abstract: String
    /// What else there is to know; may be empty.
    let notes: String
    /// Its arguments in examples.
    let examples: [String]

    /// Help of these texts.
    init(_ abstract: String, _ notes: String = "", examples: [String]) {
        self.abstract = abstract
        self.notes = notes
        self.examples = examples
    }

    /// The configuration of the command of that name, for a kind.
    func configuration(_ name: String, of kind: Kind) -> CommandConfiguration {
        let lines = examples.map { "  switchgear \(kind.plural) \(name) \($0)" }
        let heading = examples.count == 1 ? "Example:" : "Examples:"
        return CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: (notes.isEmpty ? "" : notes + "\n\n")
                + ([heading] + lines).joined(separator: "\n"))
    }
}

/// `<kinds> stats`: what was counted of a policy.
struct StatsCommand<CLI: KindCLI>: ClientCommand {
    static var configuration: CommandConfiguration {
        CLI.statsHelp.configuration("stats", of: CLI.kind)
    }

    @Argument(help: "The policy's name.")
    private var name: PathPart

    @OptionGroup var options: ClientOptions

    func call(_ client: APIClient) async throws {
        let request = APIRequest(.get, [CLI.kind.plural, name.text, "stats"])
        try show(try await client.send(request)) { Self.table($0).text }
    }

    private static func table(_ stats: JSONObject) -> Table {
        let last = stats["last_minute"]?.object
        var table = Table([.text("COUNT"), .number("TOTAL"), .number("LAST MINUTE")])
        for figure in stats["totals"]?.object ?? [:] {
            table.add([figure.name, Cell.text(figure.value), Cell.text(last?[figure.name])])
        }
        return table
    }
}
