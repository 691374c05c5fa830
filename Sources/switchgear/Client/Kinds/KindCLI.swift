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
