import ArgumentParser

/// The commands about limiters and their keys.
struct LimitersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limiters",
        abstract: "Ask limiters, and manage the state of their keys.",
        subcommands: [
            LimitersAcquire.self, LimitersState.self, LimitersTop.self, LimitersAssign.self,
            LimitersReset.self,
        ])
}
