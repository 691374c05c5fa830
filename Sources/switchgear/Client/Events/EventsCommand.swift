import ArgumentParser

/// The commands about the record of changes.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Read the record of what changed, by whom and why.",
        subcommands: [EventsList.self])
}
