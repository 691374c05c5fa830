import ArgumentParser
import ControlPlane
import Foundation
import Store

/// Brings the database to the present shape without serving.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Update the database to the schema of this version.",
        discussion: """
            'serve' does this by itself; this command does it apart. A file that this version \
            must not touch is left as it is.

            Example:
              switchgear migrate --database /var/lib/switchgear/switchgear.db
            """)

    @OptionGroup var flags: SettingFlags

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        do {
            let settings = try Settings(flags: flags.given, environment: environment)
            let path = settings.plane(environment: environment).database
            let store = try Store(path: path, at: SystemClock().now())
            for migration in store.appliedMigrations { print("applied \(migration.name)") }
            print("\(path) is up to date")
            try store.close()
        } catch {
            ServeCommand.say("error: \(error)")
            throw ExitCode(1)
        }
    }
}
