import Testing

@testable import Resilience

@Suite("Guard")
struct GuardPolicyTests {
    private static let whole: JSONValue = [
        "limiters": [
            ["limiter": "per-user", "key": "{user}"], ["limiter": "per-org", "key": "org:{org}"],
        ],
        "bulkhead": ["bulkhead": "db"], "breaker": ["breaker": "payments", "key": "{host}"],
        "cache": ["cache": "quotes", "key": "{sku}"], "retry": "standard", "timeout": "http",
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
            ["limiters": [["limiter": "l", "key": "{user}"]]],
            ["limiters": [["limiter": "l", "key": ""]]], ["bulkhead": ["bulkhead": "b"]],
            ["breaker": ["breaker": "b", "key": .null]], ["cache": ["cache": "c", "key": "{sku}"]],
            ["retry": "r"], ["timeout": "t"], ["fallback": "f"], ["budget": "b"], whole,
        ] as [JSONValue])
    func parts(spec: JSONValue) throws {
        #expect(Self.read(spec).faults == [])
        #expect(Self.read(spec).policy != nil)
    }

    @Test("shows its defaults: no part that is not named, and the empty key")
    func defaults() throws {
        #expect(
            try Self.policy(["bulkhead": ["bulkhead": "db"]]).document == [
                "limiters": .null, "bulkhead": ["bulkhead": "db", "key": ""], "breaker": .null,
                "cache": .null, "retry": .null, "timeout": .null, "fallback": .null,
                "budget": .null,
            ])
        let whole = try Self.policy(Self.whole)
        #expect(whole.document["limiters"] == Self.whole.object?["limiters"])
        #expect(whole.breaker?.key.attributes == ["host"])
        #expect(try Self.policy(.object(whole.document)).document == whole.document)
    }

    @Test("names all policies that it needs, each with its place, in the order of its parts")
    func references() throws {
        let references = try Self.policy(Self.whole).references
        #expect(
            references.map { "\($0.pointer) \($0.identity)" } == [
                "/spec/limiters/0/limiter limiter \"per-user\"",
                "/spec/limiters/1/limiter limiter \"per-org\"",
                "/spec/bulkhead/bulkhead bulkhead \"db\"",
                "/spec/breaker/breaker breaker \"payments\"",
                "/spec/cache/cache cache \"quotes\"", "/spec/retry retry \"standard\"",
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
            (["limiters": ["limiter": "l", "key": ""]], "/limiters", "must be a list"),
            (["limiters": ["l"]], "/limiters/0", "must be an object"),
            (["limiters": [["key": "{user}"]]], "/limiters/0/limiter", "is required"),
            (["limiters": [["limiter": "l"]]], "/limiters/0/key", "is required"),
            (
                ["limiters": [["limiter": "l", "key": "{user"]]], "/limiters/0/key",
                "has a '{' that is not closed"
            ),
            (
                ["limiters": [["limiter": "a b", "key": ""]]], "/limiters/0/limiter",
                "may hold only"
            ),
            (
                ["limiters": [["limiter": "l", "key": "", "cost": 1]]], "/limiters/0/cost",
                "unknown member"
            ),
            (["bulkhead": "db"], "/bulkhead", "must be an object"),
            (["bulkhead": [:]], "/bulkhead/bulkhead", "is required"),
            (["bulkhead": ["bulkhead": "db", "key": "}"]], "/bulkhead/key", "has a '}' without"),
            (["breaker": ["breaker": 1]], "/breaker/breaker", "must be a string"),
            (["breaker": ["breaker": "b", "key": 1]], "/breaker/key", "must be a string"),
            (
                ["breaker": ["bulkhead": "b", "breaker": "b"]], "/breaker/bulkhead",
                "unknown member"
            ),
            (["cache": ["cache": "c"]], "/cache/key", "is required"),
            (["cache": ["key": ""]], "/cache/cache", "is required"),
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
            "limiters": [["limiter": "l", "key": "{"], ["key": "}"]],
            "breaker": ["key": "{}"], "retry": "", "extra": 1,
        ])
        #expect(
            Set(faults.map(\.pointer.description)) == [
                "/limiters/0/key", "/limiters/1/limiter", "/limiters/1/key", "/breaker/breaker",
                "/breaker/key", "/retry", "/extra",
            ])
    }

    @Test("has at most eight limiters", arguments: [(8, true), (9, false)])
    func count(count: Int, isTaken: Bool) {
        let list = Array(repeating: ["limiter": "l", "key": "k"] as JSONValue, count: count)
        let (policy, faults) = Self.read(["limiters": .array(list)])
        #expect((policy != nil) == isTaken)
        #expect(faults.map(\.pointer.description) == (isTaken ? [] : ["/limiters"]))
    }
}
