import ArgumentParser

/// The commands that talk to a running server.
enum ClientCommands {
    /// The kinds of policies. One that is added here has all commands that kinds have in common,
    /// and those that it declares of its own. A test may run commands with others.
    @TaskLocal static var kinds: [any KindCLI.Type] = [
        LimiterCLI.self, BreakerCLI.self, BulkheadCLI.self, RetryCLI.self, TimeoutCLI.self,
        FallbackCLI.self, GuardCLI.self,
    ]

    /// The groups of commands, for the root command to list.
    static func groups(of kinds: [any KindCLI.Type] = kinds) -> [any ParsableCommand.Type] {
        [PoliciesCommand.self] + kinds.map { $0.group }
            + [PermitsCommand.self, DecideCommand.self, EventsCommand.self]
    }

    /// What the exit codes mean, for the root command's help.
    static let exitCodes = """
        Exit codes of the commands against a running server:
          0   done, or allowed
          1   refused: by the server, which says why, or because of a file
          2   no Switchgear server can be reached at the address
          10  denied: the answer to a question, such as 'acquire' or 'decide', is no
          64  the command line is wrong
        """
}
