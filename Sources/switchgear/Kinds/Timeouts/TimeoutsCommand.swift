import ArgumentParser

/// The commands about timeouts.
struct TimeoutsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeouts",
        abstract: "See how long calls are waited for.",
        subcommands: [TimeoutsState.self])
}
