import ControlPlane
import Resilience

extension SpecType where Value == [JSONValue] {
    /// Policies, which are looked at later, each by its kind.
    static let policies = list(
        of: .any, minimumCount: 0, maximumCount: PlaneLimits.policies)
}

extension SpecType where Value == String {
    /// Why something is done, for the history.
    static let reason = text(maximumBytes: 1024)

    /// The name of somebody or something that a client tells of.
    static let label = text(maximumBytes: 256)
}
