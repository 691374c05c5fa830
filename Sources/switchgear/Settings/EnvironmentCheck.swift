import ControlPlane
import Resilience

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
