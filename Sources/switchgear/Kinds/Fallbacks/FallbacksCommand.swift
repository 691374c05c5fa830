import ArgumentParser

/// The commands about fallbacks.
struct FallbacksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fallbacks",
        abstract: "Ask what to answer when a call cannot be made.",
        subcommands: [FallbacksResolve.self])
}
