import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

/// A second kind: it names one limiter.
private struct UserPolicy: PolicySpec {
    static let kind = Kind(singular: "user", plural: "users")
    var limiter = ""
    static let fields: [Field<UserPolicy>] = [
        Field("limiter", \.limiter, .text(maximumBytes: 128), "The limiter it names.")
    ]
    var references: [PolicyReference] {
        let limiter = PolicyIdentity(LimiterPolicy.kind, limiter)
        return [PolicyReference(.root.appending("spec").appending("limiter"), limiter)]
    }
}

@Suite("Policies that name others")
struct ReferenceTests {
    private let folder: TemporaryFolder
    private let policies: Policies

    init() throws {
        folder = try TemporaryFolder()
        let types: [any PolicySpec.Type] = [LimiterPolicy.self, UserPolicy.self]
        let store = try Store(path: folder.file(), at: .epoch)
        let overrides = OverrideTable(environment: [:], types: types)
        policies = Policies(
            PolicyReader(types: types, variables: [:], overrides: overrides),
            idleRuntimes(of: types), store, ManualClock(), writing: AsyncLock())
    }

    private func apply(_ list: [JSONValue], prune: Bool = false) async throws -> [PolicyChange] {
        try await policies.apply(list, prune: prune, dryRun: false, by: PlaneFixture.caller)
    }

    private let user: JSONValue = ["kind": "user", "name": "u", "spec": ["limiter": "api"]]
    private let limiter: JSONValue = [
        "kind": "limiter", "name": "api", "spec": ["limits": [["quota": 1]]],
    ]

    @Test("are refused when those are not there, with the place that names them")
    func dangling() async throws {
        let error = await expectRefusal(.invalid) { try await apply([user]) }
        #expect(error?.faults.map(\.detail) == ["there is no limiter \"api\""])
        #expect(policies.all().isEmpty)
    }

    @Test("are told of up to a hundred that are not there, and the others up to a hundred of them")
    func many() async throws {
        func user(_ index: Int) -> JSONValue {
            ["kind": "user", "name": .string("u\(index)"), "spec": ["limiter": "api"]]
        }
        let users = (0..<150).map(user)
        let error = await expectRefusal(.invalid) { try await apply(users) }
        #expect(error?.faults.count == 100)
        #expect(error?.detail.hasSuffix(", and 99 more faults") == true)
        _ = try await apply([limiter] + users)
        let conflict = await expectRefusal(.conflict) {
            try await policies.delete(LimiterPolicy.kind, "api", by: PlaneFixture.caller)
        }
        #expect(conflict?.detail.hasSuffix(" and 50 more") == true)
        #expect(conflict?.detail.split(separator: "the user").count == 101)
    }

    @Test("are taken in any order with those in one list")
    func together() async throws {
        #expect(try await apply([user, limiter]).count == 2)
    }

    @Test("keep those from being deleted, and are listed")
    func conflict() async throws {
        _ = try await apply([limiter, user])
        let error = await expectRefusal(.conflict) {
            try await policies.delete(LimiterPolicy.kind, "api", by: PlaneFixture.caller)
        }
        #expect(error?.detail.contains("user \"u\"") == true)
        await expectRefusal(.conflict) { try await apply([user], prune: true) }
        #expect(try await apply([], prune: true).count == 2)
        #expect(policies.all().isEmpty)
    }
}
