import ControlPlane
import Resilience
import Testing

@testable import HTTPAPI

@Suite("The kinds over HTTP")
struct KindsTests {
    @Test("are those of the plane")
    func samePlane() {
        let served = Routes.standard.map { $0.kind.singular }.sorted()
        #expect(served == Plane.types.map { $0.kind.singular }.sorted())
    }
}
