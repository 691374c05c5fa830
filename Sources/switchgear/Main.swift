import ArgumentParser
import HTTPAPI

/// The program: its commands, and what its exit codes mean.
@main
struct Main: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchgear",
        abstract: "A resilience control plane: policies, decisions and their history.",
        discussion: ClientCommands.exitCodes,
        version: Build.version,
        subcommands: [
            ServeCommand.self, ConfigCommand.self, MigrateCommand.self, VersionCommand.self,
            HealthcheckCommand.self,
        ] + ClientCommands.clientCommands)
}
