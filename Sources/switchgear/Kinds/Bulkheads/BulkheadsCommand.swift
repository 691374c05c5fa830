import ArgumentParser

/// The commands about bulkheads and their keys.
struct BulkheadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulkheads",
        abstract: "Ask bulkheads for slots, and see who holds them.",
        subcommands: [
            BulkheadsAcquire.self, BulkheadsState.self, BulkheadsReset.self, BulkheadsKeys.self,
        ])
}
