import Resilience
import Testing

@testable import ControlPlane

@Suite("The text of a permit")
struct PermitCodecTests {
    private static func permit(node: Int64) -> Permit {
        var part = PermitPart(policyID: 3, key: "k\u{e9}", generation: 7, lease: .max)
        part.leaseEnd = Instant(nanoseconds: 12)
        return Permit(
            number: PermitNumber(run: 4, index: 5), node: node, policyID: 9, parts: [part],
            expiresAt: Instant(nanoseconds: .max), reporter: "r", attempt: 2)
    }

    @Test("says everything of it, with the node that gave it", arguments: [0, 1, Int64.max])
    func roundTrip(node: Int64) throws {
        let codec = try #require(PermitCodec(secret: PermitCodec.makeSecret()))
        let permit = Self.permit(node: node)
        #expect(codec.decode(codec.encode(permit)) == permit)
    }

    @Test("is nothing to a node with another secret")
    func otherNode() throws {
        let codec = try #require(PermitCodec(secret: PermitCodec.makeSecret()))
        let other = try #require(PermitCodec(secret: PermitCodec.makeSecret()))
        #expect(other.decode(codec.encode(Self.permit(node: 1))) == nil)
    }
}
