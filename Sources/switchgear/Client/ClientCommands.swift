import ArgumentParser

/// The commands that talk to a running server.
enum ClientCommands {
    /// The groups of commands, for the root command to list.
    static let clientCommands: [any ParsableCommand.Type] = [
        PoliciesCommand.self, LimitersCommand.self, BreakersCommand.self, BulkheadsCommand.self,
        RetriesCommand.self, TimeoutsCommand.self, FallbacksCommand.self, GuardsCommand.self,
        PermitsCommand.self, DecideCommand.self, EventsCommand.self,
    ]

    /// What the exit codes mean, for the root command's help.
    static let exitCodes = """
        Exit codes of the commands against a running server:
          0   done, or allowed
          1   refused: by the server, which says why, or because of a file
          2   no Switchgear server can be reached at the address
          10  denied: the answer to 'acquire', 'decide' or 'retries next' is no
          64  the command line is wrong
        """
}
