import TestSupport
import Testing

@testable import ControlPlane

/// How a script is run: each way must come to the same answers.
enum ScriptRun: String, CaseIterable {
    /// As it is.
    case plain
    /// With the plane stopped and started between every two steps.
    case restarted
    /// With an engine that answers late and makes half of the changes again.
    case late

    /// A plane to run it with.
    func fixture() async throws -> PlaneFixture {
        try await PlaneFixture(elsewhere: self == .late ? LateEngine() : nil)
    }

    /// What is said of a step that came to something else.
    func place(_ index: Int) -> Comment { "step \(index), \(rawValue)" }
}
