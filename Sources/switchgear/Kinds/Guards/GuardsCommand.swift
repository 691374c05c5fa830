import ArgumentParser

/// The commands about guards.
struct GuardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guards",
        abstract: "Ask several policies as one.",
        subcommands: [GuardsAcquire.self, GuardsStats.self])
}
