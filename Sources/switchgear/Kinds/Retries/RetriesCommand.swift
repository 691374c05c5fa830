import ArgumentParser

/// The commands about retries.
struct RetriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retries",
        abstract: "Ask whether and when a failed call is tried again.",
        subcommands: [RetriesNext.self, RetriesSchedule.self, RetriesState.self])
}
