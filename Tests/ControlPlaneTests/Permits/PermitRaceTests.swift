import Resilience
import Testing

@testable import ControlPlane

@Suite("Permits that several settle at once")
struct PermitRaceTests {
    private static let spec: [String: JSONValue] = [
        "bulkhead": ["max_concurrent": 5],
        "breaker": ["window": ["type": "consecutive"], "failure_threshold": 3],
    ]

    /// Asks the policy `p` of a kind, and returns its permit.
    private static func permit(_ kind: String, _ plane: Plane) async throws -> String {
        let permit =
            kind == "bulkhead"
            ? try await plane.bulkheads.acquire(
                "p", BulkheadRequest(), by: PlaneFixture.caller
            ).permit
            : try await plane.breakers.acquire(
                "p", "", reporter: nil, by: PlaneFixture.caller
            ).permit
        return try #require(permit)
    }

    private static func kind(_ name: String) -> Kind { name == "bulkhead" ? .bulkhead : .breaker }

    @Test(
        "count once, or are told that the policy is gone, while it is deleted",
        arguments: ["bulkhead", "breaker"])
    func deletion(kind: String) async throws {
        let fixture = try await PlaneFixture()
        let plane = fixture.plane
        for round in 0..<150 {
            try await fixture.put("p", Self.spec[kind] ?? [:], kind: Self.kind(kind))
            let permit = try await Self.permit(kind, plane)
            let reasons = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await plane.permits.settle(
                            permit, OutcomeReport(.success), by: PlaneFixture.caller
                        ).reason?.rawValue
                    }
                }
                group.addTask {
                    try await plane.policies.delete(
                        Self.kind(kind), "p", by: PlaneFixture.caller)
                    return "gone"
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let told = reasons.map { $0 ?? "counted" }
            #expect(told.count { $0 == "counted" } <= 1, "round \(round): \(told)")
            #expect(told.allSatisfy { ["counted", "duplicate", "gone"].contains($0) }, "\(told)")
        }
    }

    @Test(
        "are duplicates for the later one, which changes nothing",
        arguments: ["bulkhead", "breaker"])
    func duplicate(kind: String) async throws {
        let fixture = try await PlaneFixture()
        let plane = fixture.plane
        try await fixture.put("p", Self.spec[kind] ?? [:], kind: Self.kind(kind))
        let permits = plane.context.permits
        let permit = try permits.permit(try await Self.permit(kind, plane))
        let before = try? plane.breakers.view("p", "").figures
        let issuer: any PartIssuer = kind == "bulkhead" ? plane.bulkheads : plane.breakers
        // Another one has marked it.
        let isFirst = try permits.settle(permit)
        #expect(isFirst)
        let reply = try await issuer.settle(
            permit.parts[0], of: permit, OutcomeReport(.failure), by: PlaneFixture.caller,
            marks: true)
        #expect(reply.reason == .duplicate)
        #expect(try plane.bulkheadsInUse(kind) == 1)
        let figures = try? plane.breakers.view("p", "").figures
        #expect(figures == before)
    }
}

extension Plane {
    /// How many slots are held, where it is a bulkhead that was asked; else one.
    fileprivate func bulkheadsInUse(_ kind: String) throws -> Int64 {
        kind == "bulkhead" ? try bulkheads.status("p", "").view.inUse : 1
    }
}
