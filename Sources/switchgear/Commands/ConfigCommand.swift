import ArgumentParser
import ControlPlane
import Foundation
import Resilience

/// Shows what the server would be started with.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show every setting, its value, and where it came from.",
        discussion: """
            Takes the options of 'serve'. Secrets are hidden. Below the settings stand the \
            variables that override policies or their defaults.

            Example:
              SWITCHGEAR_PORT=9090 switchgear config
            """)

    @OptionGroup var flags: SettingFlags

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        do {
            try show(environment)
        } catch let error as SettingsError {
            for line in error.lines { ServeCommand.say("error: \(line)") }
            throw ExitCode(1)
        }
    }

    private func show(_ environment: [String: String]) throws {
        let settings = try Settings(flags: flags.given, environment: environment)
        var table = Table(["SETTING", "VALUE", "SOURCE", "VARIABLE"].map(Table.Column.text))
        for setting in Setting.all {
            let (value, source) = settings.shown(setting)
            table.add([setting.name, value, source, setting.variable])
        }
        try Output.write(table.text)
        try showDefaults(environment)
        try showOverrides(environment)
        for warning in EnvironmentCheck.warnings(environment) {
            ServeCommand.say("warning: \(warning)")
        }
    }

    private func showDefaults(_ environment: [String: String]) throws {
        let known = DefaultVariables.known(Plane.types).filter { environment[$0.name] != nil }
        do {
            _ = try DefaultVariables.values(Plane.types, in: environment)
        } catch {
            throw SettingsError(lines: [error.detail])
        }
        guard !known.isEmpty else { return }
        var table = Table(["DEFAULT VARIABLE", "VALUE", "FIELD"].map(Table.Column.text))
        for (name, field) in known { table.add([name, environment[name] ?? "", field.name]) }
        try Output.write("\n" + table.text)
    }

    private func showOverrides(_ environment: [String: String]) throws {
        let overrides = OverrideTable(environment: environment, types: Plane.types)
        guard !overrides.variables.isEmpty else { return }
        var table = Table(["OVERRIDE", "VALUE", "KIND"].map(Table.Column.text))
        for variable in overrides.variables {
            table.add([variable.name, variable.text, variable.kind.singular])
        }
        try Output.write("\n" + table.text)
        let lines = overrides.faults.map { "\($0.variable) \($0.detail)" }
        guard lines.isEmpty else { throw SettingsError(lines: lines) }
    }
}
