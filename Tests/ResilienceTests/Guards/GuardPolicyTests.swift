import Testing

@testable import Resilience

@Suite("Guard")
struct GuardPolicyTests {
    private static let whole: JSONValue = [
        "limiters": [
            ["name": "per-user", "key": "{user}"], ["name": "per-org", "key": "org:{org}"],
        ],
        "bulkhead": ["name": "db"], "breaker": ["name": "payments", "key": "{host}"],
        "cache": ["name": "quotes", "key": "{sku}"], "retry": "standard", "timeout": "http",
        "fallback": "less", "budget": "slo",
    ]

    private static func read(_ spec: JSONValue) -> (policy: GuardPolicy?, faults: [Fault]) {
        var reader = SpecReader()
        return (reader.read(GuardPolicy.self, from: spec), reader.faults)
    }

    private static func policy(_ spec: JSONValue) throws -> GuardPolicy {
        let (policy, faults) = read(spec)
        return try #require(policy, "\(faults)")
    }

    @Test(
        "takes any one of its parts by itself",
        arguments: [
            ["limiters": [["name": "l", "key": "{user}"]]],
            ["limiters": [["name": "l", "key": ""]]], ["bulkhead": ["name": "b"]],
            ["breaker": ["name": "b", "key": .null]], ["cache": ["name": "c", "key": "{sku}"]],
            ["limiters": ["l", ["name": "m"]]], ["bulkhead": "b"], ["breaker": "b"],
            ["cache": "c"], ["retry": "r"], ["timeout": "t"], ["fallback": "f"],
            ["budget": "b"], whole,
        ] as [JSONValue])
    func parts(spec: JSONValue) throws {
        #expect(Self.read(spec).faults == [])
        #expect(Self.read(spec).policy != nil)
    }

    @Test("shows its defaults: no part that is not named, and the empty key")
    func defaults() throws {
        #expect(
            try Self.policy(["bulkhead": ["name": "db"]]).document == [
                "limiters": .null, "bulkhead": ["name": "db", "key": ""], "breaker": .null,
                "cache": .null, "retry": .null, "timeout": .null, "fallback": .null,
                "budget": .null,
            ])
        let whole = try Self.policy(Self.whole)
        #expect(whole.document["limiters"] == Self.whole.object?["limiters"])
        #expect(whole.breaker?.key.attributes == ["host"])
        #expect(try Self.policy(.object(whole.document)).document == whole.document)
    }

    @Test("takes the name of a part for the part with the empty key")
    func names() throws {
        let short: JSONValue = [
            "limiters": ["l", ["name": "m", "key": "{user}"]], "bulkhead": "b", "breaker": "b",
            "cache": "c",
        ]
        let part = { (name: String, key: String) in
            JSONValue.object(["name": .string(name), "key": .string(key)])
        }
        let document = try Self.policy(short).document
        #expect(document["limiters"] == [part("l", ""), part("m", "{user}")])
        for (member, name) in [("bulkhead", "b"), ("breaker", "b"), ("cache", "c")] {
            #expect(document[member] == part(name, ""))
        }
        // It is kept written out, so that a patch or a variable can set the key alone.
        #expect(GuardPolicy.shape.pruned(short).object?["bulkhead"] == ["name": "b"])
        var reader = SpecReader()
        let key = EnvironmentOverride(variable: "V", path: "BULKHEAD__KEY", text: "{host}")
        let resolution = GuardPolicy.resolve(short, overrides: [key], &reader)
        #expect(reader.faults == [])
        #expect(resolution?.effective["bulkhead"] == part("b", "{host}"))
        let name = EnvironmentOverride(variable: "V", path: "BREAKER", text: "other")
        let other = GuardPolicy.resolve(short, overrides: [name], &reader)
        #expect(other?.effective["breaker"] == part("other", ""))
    }

    @Test("names all policies that it needs, each with its place, in the order of its parts")
    func references() throws {
        let references = try Self.policy(Self.whole).references
        #expect(
            references.map { "\($0.pointer) \($0.identity)" } == [
                "/spec/limiters/0 limiter \"per-user\"",
                "/spec/limiters/1 limiter \"per-org\"",
                "/spec/bulkhead bulkhead \"db\"",
                "/spec/breaker breaker \"payments\"",
                "/spec/cache cache \"quotes\"", "/spec/retry retry \"standard\"",
                "/spec/timeout timeout \"http\"", "/spec/fallback fallback \"less\"",
                "/spec/budget budget \"slo\"",
            ])
        #expect(
            try Self.policy(["retry": "r"]).references.map(\.pointer.description) == ["/spec/retry"]
        )
    }

    @Test(
        "is refused with the place and the reason",
        arguments: [
            ([:], "", "needs at least one part"),
            (["limiters": .null, "retry": .null], "", "needs at least one part"),
            (["limiters": []], "/limiters", "must not be empty"),
            (["limiters": ["name": "l", "key": ""]], "/limiters", "must be a list"),
            (["limiters": [1]], "/limiters/0", "must be a name or an object, not a number"),
            (["limiters": ["a b"]], "/limiters/0", "may hold only"),
            (["limiters": [["key": "{user}"]]], "/limiters/0/name", "is required"),
            (
                ["limiters": [["name": "l", "key": "{user"]]], "/limiters/0/key",
                "has a '{' that is not closed"
            ),
            (["limiters": [["name": "a b", "key": ""]]], "/limiters/0/name", "may hold only"),
            (
                ["limiters": [["name": "l", "key": "", "cost": 1]]], "/limiters/0/cost",
                "unknown member"
            ),
            (["bulkhead": ""], "/bulkhead", "must have 1 to 128 characters"),
            (["bulkhead": ["db"]], "/bulkhead", "must be a name or an object, not an array"),
            (["bulkhead": [:]], "/bulkhead/name", "is required"),
            (["bulkhead": ["name": "db", "key": "}"]], "/bulkhead/key", "has a '}' without"),
            (["breaker": ["name": 1]], "/breaker/name", "must be a string"),
            (["breaker": ["name": "b", "key": 1]], "/breaker/key", "must be a string"),
            (["breaker": ["name": "b", "breaker": "b"]], "/breaker/breaker", "unknown member"),
            (["cache": ["key": ""]], "/cache/name", "is required"),
            (["retry": ["retry": "r"]], "/retry", "must be a string"),
            (["timeout": ""], "/timeout", "must have 1 to 128 characters"),
            (["fallback": 1], "/fallback", "must be a string"),
            (["budget": "-"], "/budget", "must begin with a letter or a digit"),
            (["retry": "r", "limiter": "l"], "/limiter", "unknown member"),
        ] as [(JSONValue, String, String)])
    func refused(spec: JSONValue, place: String, detail: String) {
        let (policy, faults) = Self.read(spec)
        #expect(policy == nil)
        #expect(faults.map(\.pointer.description) == [place])
        #expect(faults.first?.detail.contains(detail) == true, "\(faults)")
    }

    @Test("tells every fault, not only the first")
    func allFaults() {
        let (_, faults) = Self.read([
            "limiters": [["name": "l", "key": "{"], ["key": "}"]],
            "breaker": ["key": "{}"], "retry": "", "extra": 1,
        ])
        #expect(
            Set(faults.map(\.pointer.description)) == [
                "/limiters/0/key", "/limiters/1/name", "/limiters/1/key", "/breaker/name",
                "/breaker/key", "/retry", "/extra",
            ])
    }

    @Test("has at most eight limiters", arguments: [(8, true), (9, false)])
    func count(count: Int, isTaken: Bool) {
        let list = Array(repeating: ["name": "l", "key": "k"] as JSONValue, count: count)
        let (policy, faults) = Self.read(["limiters": .array(list)])
        #expect((policy != nil) == isTaken)
        #expect(faults.map(\.pointer.description) == (isTaken ? [] : ["/limiters"]))
    }
}
