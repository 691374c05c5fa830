import ArgumentParser

/// The commands about permits, which calls that were allowed are given.
struct PermitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permits",
        abstract: "Settle the permits of calls that were allowed, or give them back.",
        subcommands: [PermitsSettle.self, PermitsRenew.self, PermitsRelease.self])
}
