import ControlPlane
import Resilience
import TestSupport
import Testing

@Suite("Overrides at the ends of their ranges")
struct ExtremeOverrideTests {
    @Test(
        "stop the start or the write, or take effect, and end nothing",
        arguments: Plane.types.map { $0.kind.singular })
    func overrides(singular: String) async throws {
        let type = try #require(Plane.types.first { $0.kind.singular == singular })
        for leaf in type.shape.leaves {
            for text in Self.texts(leaf.shape) {
                let steps = [type.kind.plural, "p"] + leaf.path
                let variable =
                    "SWITCHGEAR_" + steps.map(EnvironmentOverride.encode).joined(separator: "__")
                let seed = SpecSeed.spec(of: type.kind, for: leaf.path)
                let spec = seed.setting(.null, at: leaf.path[...])
                guard let fixture = try? await PlaneFixture([variable: text]) else { continue }
                let document: JSONValue = ["spec": spec]
                do {
                    let change = try await fixture.plane.policies.put(
                        type.kind, "p", by: .system
                    ) { _ in (document, []) }
                    #expect(change.new?.overrides.map(\.variable) == [variable], "\(text)")
                } catch let error as PlaneError {
                    #expect(error.code == .invalid, "\(variable)=\(text): \(error)")
                }
                try await fixture.stop()
            }
        }
    }

    private static func texts(_ shape: Shape) -> [String] {
        switch shape {
        case .integer(let range, _):
            [range.lowerBound, range.upperBound].map(String.init)
                + ["-1", "1e999", "9223372036854775808", ""]
        case .number(let range, _):
            [range.lowerBound, range.upperBound].map(\.description) + ["nan", "inf", "1e999"]
        case .any: ["1e999", "{}"]
        default: []
        }
    }
}
