import Configuration
import ControlPlane
import Resilience

/// Finds the value of each setting: flags over the environment over a file over defaults.
///
/// It is strict: what does not parse, and a name in the file that is no setting's, are errors.
struct SettingsReader {
    /// A value, and where it came from.
    struct Found: Equatable {
        let text: String?
        let source: String
    }

    private let providers: [(name: String, provider: any ConfigProvider)]
    private let filePath: String?

    /// A reader over these flags and this environment, and the file that they name.
    init(flags: [String: String], environment: [String: String]) throws(SettingsError) {
        let known = Setting.all + [Setting.file]
        let given = InMemoryProvider(
            name: "flags",
            values: Self.values(known) { flags[$0.name] })
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        let first: [(String, any ConfigProvider)] = [("flag", given), ("environment", variables)]
        let path = try Self.find(Setting.file, in: first)
        filePath = path.text
        guard let path = path.text else {
            providers = first
            return
        }
        let file = try Self.read(path)
        let values = Self.values(Setting.all) { file[$0.name] }
        providers = first + [("file \(path)", InMemoryProvider(name: path, values: values))]
    }

    /// The value of `setting`, checked.
    func find(_ setting: Setting) throws(SettingsError) -> Found {
        if setting.name == Setting.file.name {
            return Found(text: filePath, source: filePath == nil ? "default" : "given")
        }
        return try Self.find(setting, in: providers)
    }

    /// The values of all settings by name.
    ///
    /// - Throws: All faults at once.
    func findAll() throws(SettingsError) -> [String: Found] {
        var found: [String: Found] = [:]
        var lines: [String] = []
        for setting in Setting.all {
            do throws(SettingsError) {
                found[setting.name] = try find(setting)
            } catch {
                lines += error.lines
            }
        }
        guard lines.isEmpty else { throw SettingsError(lines: lines) }
        return found
    }

    private static func find(
        _ setting: Setting, in providers: [(name: String, provider: any ConfigProvider)]
    ) throws(SettingsError) -> Found {
        for (name, provider) in providers {
            let result = try? provider.value(forKey: key(of: setting), type: .string)
            guard case .string(let text)? = result?.value?.content else { continue }
            if let fault = setting.fault(of: text) {
                let place =
                    switch name {
                    case "flag": setting.flag
                    case "environment": setting.variable
                    default: "\(setting.name) in \(name)"
                    }
                throw SettingsError(lines: ["\(place) \(fault)"])
            }
            return Found(text: text, source: name)
        }
        return Found(text: setting.defaultText, source: "default")
    }

    /// The key whose environment variable is the setting's.
    private static func key(of setting: Setting) -> AbsoluteConfigKey {
        let parts = setting.variable.lowercased().split(separator: "_").map(String.init)
        return AbsoluteConfigKey(parts, context: [:])
    }

    private static func values(
        _ settings: [Setting], _ text: (Setting) -> String?
    ) -> [AbsoluteConfigKey: ConfigValue] {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for setting in settings {
            guard let text = text(setting) else { continue }
            values[key(of: setting)] = ConfigValue(.string(text), isSecret: setting.isSecret)
        }
        return values
    }

    private static func read(_ path: String) throws(SettingsError) -> [String: String] {
        let document = try YAMLFile.read(path)
        guard let members = document.object else {
            throw SettingsError(lines: ["\(path) must hold settings, like 'port: 8080'"])
        }
        var reader = SpecReader()
        reader.refuseUnknown(members, among: Setting.all.map(\.name), at: .root)
        var lines = reader.faults.map { "\($0.pointer.dropFirst()) in \(path): \($0.detail)" }
        var values: [String: String] = [:]
        for (name, value) in members {
            switch value {
            case .string(let text): values[name] = text
            case .bool, .integer, .number: values[name] = value.text
            default: lines.append("\(name) in \(path) must be a single value")
            }
        }
        guard lines.isEmpty else { throw SettingsError(lines: lines) }
        return values
    }
}

/// Finds variables that look like ours and are none: most are slips, some an orchestrator's.
enum EnvironmentCheck {
    /// Variables of the commands that talk to a server.
    private static let ofClients = ["SWITCHGEAR_URL", "SWITCHGEAR_TOKEN", "SWITCHGEAR_ACTOR"]

    /// One line for each variable that begins with `SWITCHGEAR_` and means nothing.
    static func warnings(_ environment: [String: String]) -> [String] {
        let known = (Setting.all + [Setting.file]).map(\.variable) + ofClients
        let overrides = OverrideTable(environment: environment, types: Plane.types)
        let used = Set(known + overrides.variables.map(\.name))
        let strangers = environment.keys.filter {
            $0.hasPrefix(OverrideTable.prefix) && !used.contains($0)
        }
        return strangers.sorted().map { name in
            let hint = Spelling.nearest(to: name, among: known).map { "; meant \($0)?" } ?? ""
            return "\(name) is not a setting and is ignored\(hint)"
        }
    }
}
