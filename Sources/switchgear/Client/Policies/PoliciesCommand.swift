import ArgumentParser

/// The commands about policies of every kind.
struct PoliciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies",
        abstract: "List, read, change and move policies.",
        subcommands: [
            PoliciesList.self, PoliciesGet.self, PoliciesApply.self, PoliciesValidate.self,
            PoliciesExport.self, PoliciesDelete.self, PoliciesVersions.self,
            PoliciesRollback.self,
        ])
}
