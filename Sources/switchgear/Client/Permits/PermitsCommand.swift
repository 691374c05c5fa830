import ArgumentParser

/// The commands about permits, which calls that were allowed are given.
struct PermitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "permits",
        abstract: "Settle, renew or give back the permits of allowed calls.",
        subcommands: [PermitsSettle.self, PermitsRenew.self, PermitsRelease.self])
}
