import Testing

@testable import Resilience

@Suite("Fallback")
struct FallbackPolicyTests {
    private static let fixed: JSONValue = ["type": "static", "priority": 10, "body": ["a": 1]]
    private static let degraded: JSONValue = [
        "type": "degraded", "priority": 5, "mode": "read_only",
    ]
    private static let redirect: JSONValue = [
        "type": "redirect", "priority": 1, "target": "https://example.com/",
    ]
    private static let cached: JSONValue = [
        "type": "cached", "priority": 20, "cache": "last-good", "key": "{user}",
    ]

    private static func policy(_ strategies: [JSONValue]) throws -> FallbackPolicy {
        var reader = SpecReader()
        let policy = reader.read(FallbackPolicy.self, from: ["strategies": .array(strategies)])
        return try #require(policy, "\(reader.faults)")
    }

    @Test(
        "the first of the highest priority that can answer does",
        arguments: [
            ([fixed], FallbackType.allCases, .fixed),
            ([degraded, fixed, redirect], FallbackType.allCases, .fixed),
            ([redirect, degraded], FallbackType.allCases, .degraded),
            ([cached, fixed, degraded], FallbackType.allCases, .cached),
            ([cached, fixed, degraded], [.fixed, .degraded], .fixed),
            ([fixed, cached, degraded], [.degraded], .degraded),
            ([cached, fixed], [.redirect], nil),
        ] as [([JSONValue], [FallbackType], FallbackType?)])
    func ranks(strategies: [JSONValue], able: [FallbackType], expected: FallbackType?) throws {
        let policy = try Self.policy(strategies)
        #expect(policy.strategy { able.contains($0.type) }?.type == expected)
    }

    @Test("of equal priorities the first answers")
    func equals() throws {
        let modes = ["a", "b", "c"].map { mode -> JSONValue in
            ["type": "degraded", "mode": .string(mode)]
        }
        #expect(try Self.policy(modes).strategy { _ in true }?.mode == "a")
        #expect(try Self.policy(modes).strategy { $0.mode != "a" }?.mode == "b")
    }

    @Test("shows its defaults, and only the members of its type")
    func defaults() throws {
        let strategies: [JSONValue] = [
            ["type": "static"], ["type": "cached", "cache": "c"],
            ["type": "degraded", "mode": "m"],
        ]
        #expect(
            try Self.policy(strategies).document == [
                "strategies": [
                    ["type": "static", "priority": 0, "status": 200],
                    ["type": "cached", "priority": 0, "cache": "c", "key": ""],
                    ["type": "degraded", "priority": 0, "mode": "m"],
                ]
            ])
    }

    @Test("names the caches that it looks into, with the place")
    func references() throws {
        let references = try Self.policy([Self.fixed, Self.cached]).references
        #expect(references.map(\.pointer.description) == ["/spec/strategies/1/cache"])
        #expect(references.map { "\($0.identity)" } == ["cache \"last-good\""])
    }

    @Test(
        "is refused with the reason",
        arguments: [
            (["type": "other"], "type", "must be one of"), ([:], "type", "is required"),
            (["type": "static", "mode": "m"], "mode", "needs type degraded"),
            (["type": "static", "key": ""], "key", "needs type cached"),
            (["type": "static", "status": 99], "status", "must be at least 100"),
            (["type": "static", "priority": -1], "priority", "must be at least 0"),
            (["type": "cached"], "cache", "is required for type cached"),
            (
                ["type": "cached", "cache": "c", "key": "{user"], "key",
                "has a '{' that is not closed"
            ),
            (["type": "degraded"], "mode", "is required for type degraded"),
            (["type": "degraded", "mode": "m", "body": 1], "body", "needs type static"),
            (["type": "degraded", "mode": "m", "status": 200], "status", "needs type static"),
            (["type": "redirect"], "target", "is required for type redirect"),
            (
                ["type": "redirect", "target": "https://a", "cache": "c"], "cache",
                "needs type cached"
            ),
        ] as [(JSONValue, String, String)])
    func refused(strategy: JSONValue, member: String, detail: String) {
        var reader = SpecReader()
        let policy = reader.read(FallbackPolicy.self, from: ["strategies": [strategy]])
        #expect(policy == nil)
        #expect(reader.faults.map(\.pointer) == ["/strategies/0/\(member)"])
        #expect(reader.faults.first?.detail.hasPrefix(detail) == true, "\(reader.faults)")
    }

    @Test("is refused without a strategy, and with more than there may be")
    func counts() {
        for count in [0, 33] {
            var reader = SpecReader()
            let list = Array(repeating: Self.fixed, count: count)
            #expect(reader.read(FallbackPolicy.self, from: ["strategies": .array(list)]) == nil)
            #expect(reader.faults.map(\.pointer) == ["/strategies"])
        }
    }

    @Test(
        "sends only to addresses of http and https",
        arguments: [
            ("https://example.com", true), ("http://localhost:8080/a?b=c#d", true),
            ("HTTPS://[::1]/", true), ("https://u@h/%20", true), ("", false), ("/a", false),
            ("//a", false), ("ftp://a", false), ("javascript:alert(1)", false),
            ("https://", false), ("https:///a", false), ("https://?a", false),
            ("https://:80", false), ("https://a b", false), ("https://ä", false),
            ("https://a\\b", false), ("https://a/{user}", false), ("http:/a", false),
        ])
    func targets(target: String, isTaken: Bool) {
        var reader = SpecReader()
        let strategy: JSONValue = ["type": "redirect", "target": .string(target)]
        let policy = reader.read(FallbackPolicy.self, from: ["strategies": [strategy]])
        #expect((policy != nil) == isTaken)
        #expect(
            reader.faults
                == (isTaken
                    ? []
                    : [
                        Fault(
                            pointer: "/strategies/0/target",
                            detail: "must be a URL of http or https")
                    ]))
    }
}
