import ArgumentParser
import HTTPAPI

/// Shows the version.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the version of this program.")

    func run() { print("switchgear \(Build.version)") }
}
