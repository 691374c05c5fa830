import Resilience
import Testing

@testable import ControlPlane

@Suite("The numbers of permits")
struct PermitNumberTests {
    @Test("are others for those that live long, so that their marks keep no others")
    func lives() async throws {
        let fixture = try await PlaneFixture()
        var seen: Set<PermitNumber> = []
        for _ in 0..<3 {
            let permits = fixture.plane.context.permits
            for life in [0, 30, 300, 301, 86_400] as [Int64] {
                for _ in 0..<2 {
                    let number = permits.nextNumber(lasting: .seconds(life))
                    #expect(seen.insert(number).inserted)
                }
            }
            let usual = permits.nextNumber(lasting: .seconds(1))
            let longer = permits.nextNumber(lasting: .seconds(3600))
            #expect(usual.run != longer.run)
            #expect(usual.index == 6 && longer.index == 4)
            seen.formUnion([usual, longer])
            try await fixture.restart()
        }
    }
}
