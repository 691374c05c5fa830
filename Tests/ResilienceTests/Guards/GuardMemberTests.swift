import Testing

@testable import Resilience

/// A kind that this version does not have, with a list of parts in a guard.
private struct ToyPolicy: PolicySpec {
    static let kind = Kind(singular: "toy", plural: "toys")
    static let fields: [Field<ToyPolicy>] = []
    static let guardMember: GuardMember? = GuardMember(
        "toys", order: 35, maximumCount: 2, hasKey: true, "The toys that a call plays with.")
}

/// Another one, which a guard has one of, by its name alone.
private struct HatPolicy: PolicySpec {
    static let kind = Kind(singular: "hat", plural: "hats")
    static let fields: [Field<HatPolicy>] = []
    static let guardMember: GuardMember? = GuardMember(
        "hat", order: 1, hasKey: false, "The hat that a call wears.")
}

@Suite("Members of guards that kinds declare")
struct GuardMemberTests {
    private static let kinds = PolicyKinds.standard + [ToyPolicy.self, HatPolicy.self]
    private static let spec: JSONValue = [
        "hat": "h", "breaker": "b", "toys": ["t", ["name": "u", "key": "{user}"]],
        "retry": "r",
    ]

    private static func read(
        _ spec: JSONValue, among kinds: [any PolicySpec.Type] = Self.kinds
    ) -> (policy: GuardPolicy?, faults: [Fault]) {
        var reader = SpecReader(among: kinds)
        return (reader.read(GuardPolicy.self, from: spec), reader.faults)
    }

    @Test("are taken among those kinds, and shown where they declare it")
    func taken() throws {
        let policy = try #require(Self.read(Self.spec).policy)
        let document = policy.document(among: Self.kinds)
        #expect(
            document.names == [
                "hat", "limiters", "bulkhead", "breaker", "toys", "cache", "retry", "timeout",
                "fallback", "budget",
            ])
        #expect(document["hat"] == "h")
        #expect(document["toys"] == [["name": "t", "key": ""], ["name": "u", "key": "{user}"]])
        #expect(Self.read(.object(document)).policy == policy)
    }

    @Test("are unknown among other kinds")
    func refused() {
        let (policy, faults) = Self.read(Self.spec, among: PolicyKinds.standard)
        #expect(policy == nil)
        #expect(faults.map(\.pointer) == ["/hat", "/toys"])
        #expect(faults.allSatisfy { $0.detail.hasPrefix("unknown member") })
    }

    @Test(
        "are held to what they declare",
        arguments: [
            (["toys": "t"], "/toys"), (["toys": ["t", "u", "v"]], "/toys"),
            (["toys": [["name": "t", "key": "{"]]], "/toys/0/key"),
            (["hat": ["name": "h"]], "/hat"),
        ] as [(JSONValue, String)])
    func faults(spec: JSONValue, place: String) {
        #expect(Self.read(spec).faults.map(\.pointer) == [place])
    }

    @Test("are parts like all others, in the declared order, and name their policies")
    func parts() throws {
        let policy = try #require(Self.read(Self.spec).policy)
        #expect(
            policy.parts.map { "\($0.member) \($0.kind.singular) \($0.part.name)" } == [
                "hat hat h", "breaker breaker b", "toys toy t", "toys toy u", "retry retry r",
            ])
        #expect(policy.parts(of: ToyPolicy.kind).map(\.key.attributes) == [[], ["user"]])
        #expect(
            policy.references.map { "\($0.pointer) \($0.identity)" } == [
                "/spec/hat hat \"h\"", "/spec/breaker breaker \"b\"", "/spec/toys/0 toy \"t\"",
                "/spec/toys/1 toy \"u\"", "/spec/retry retry \"r\"",
            ])
    }

    @Test("can be overridden, and are in what is in force")
    func overrides() {
        let key = EnvironmentOverride(variable: "V", path: "TOYS__0__KEY", text: "{host}")
        var reader = SpecReader(among: Self.kinds)
        let resolution = GuardPolicy.resolve(Self.spec, overrides: [key], &reader)
        #expect(reader.faults == [])
        #expect(resolution?.effective["toys"]?.array?.first == ["name": "t", "key": "{host}"])
    }

    @Test("are in the schema and in the tables of the page, with their sentences")
    func published() {
        let schema = GuardPolicy.shape(among: Self.kinds).schema
        let toys = schema["properties"]?.object?["toys"]?.object
        #expect(toys?["description"] == "The toys that a call plays with.")
        #expect(toys?["maxItems"] == 2)
        #expect(
            GuardPolicy.tables(among: Self.kinds).map(\.title) == [
                "a limiter, the bulkhead, the breaker, a toy or the cache"
            ])
    }
}
