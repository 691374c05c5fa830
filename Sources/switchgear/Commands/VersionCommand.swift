import ArgumentParser

/// Shows the version.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the version of this program.")

    func run() { print("switchgear \(Version.number)") }
}
