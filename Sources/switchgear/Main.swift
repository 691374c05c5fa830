import ArgumentParser
import HTTPAPI

/// The program: its commands, and what its exit codes mean.
@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration.root(kinds: ClientCommands.kinds)
}

extension CommandConfiguration {
    /// The configuration of the program with these kinds of policies.
    static func root(kinds: [any KindCLI.Type]) -> CommandConfiguration {
        CommandConfiguration(
            commandName: "switchgear",
            abstract: "A resilience control plane: policies, decisions and their history.",
            discussion: ClientCommands.exitCodes,
            version: Build.version,
            subcommands: [
                ServeCommand.self, ConfigCommand.self, MigrateCommand.self, VersionCommand.self,
                HealthcheckCommand.self,
            ] + ClientCommands.groups(of: kinds))
    }
}
