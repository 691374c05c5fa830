import ArgumentParser

/// The commands about breakers and their keys.
struct BreakersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breakers",
        abstract: "Look at breakers, and put them where they should be.",
        subcommands: [
            BreakersState.self, BreakersForce.self, BreakersRelease.self, BreakersReset.self,
            BreakersKeys.self,
        ])
}
