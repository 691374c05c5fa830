import Resilience
import TestSupport
import Testing

@Suite("The RateLimit fields")
struct RateLimitFieldTests {
    private typealias Item = StructuredFieldList.Item

    /// Specs with what their fields are after one call of cost 1.
    private static let cases: [(spec: String, policy: [Item], state: [Item])] = [
        (
            #"{"limits": [{"quota": 60, "period_ms": 60000, "burst": 100}]}"#,
            [Item(name: "default", integers: ["q": 60, "w": 60])],
            [Item(name: "default", integers: ["r": 99, "t": 1])]
        ),
        (
            #"{"limits": [{"quota": 1000000000, "period_ms": 1}]}"#,
            [Item(name: "default", integers: ["q": 1_000_000_000, "w": 1])],
            [Item(name: "default", integers: ["r": 999_999_999, "t": 1])]
        ),
        (
            #"{"algorithm": "fixed_window", "limits": [{"quota": 5, "calendar": "week"}]}"#,
            [Item(name: "default", integers: ["q": 5])],
            [Item(name: "default", integers: ["r": 4, "t": 345_600])]
        ),
        (
            #"{"algorithm": "sliding_window", "limits": [{"quota": 5, "period_ms": 1500}]}"#,
            [Item(name: "default", integers: ["q": 5, "w": 2])],
            [Item(name: "default", integers: ["r": 4, "t": 3])]
        ),
        (
            #"""
            {"tiers": {"A.b_c-9": {"limits": [{"quota": 1, "period_ms": 31622400000},
             {"quota": 2}, {"quota": 3}]}}, "default_tier": "A.b_c-9"}
            """#,
            [
                Item(name: "A.b_c-9", integers: ["q": 1, "w": 31_622_400]),
                Item(name: "A.b_c-9-2", integers: ["q": 2, "w": 60]),
                Item(name: "A.b_c-9-3", integers: ["q": 3, "w": 60]),
            ],
            [
                Item(name: "A.b_c-9", integers: ["r": 0, "t": 31_622_400]),
                Item(name: "A.b_c-9-2", integers: ["r": 1, "t": 30]),
                Item(name: "A.b_c-9-3", integers: ["r": 2, "t": 20]),
            ]
        ),
    ]

    @Test("are lists of structured fields, one item a limit, in acquire and state answers")
    func fields() async throws {
        try await TestServer.with { server in
            for (index, (spec, policy, state)) in Self.cases.enumerated() {
                let path = "/v1/limiters/l\(index)"
                _ = try await server.send("PUT \(path)", #"{"spec": \#(spec)}"#)
                let acquired = try await server.send("POST \(path)/acquire", #"{"key": "k"}"#)
                let looked = try await server.send("GET \(path)/state?key=k")
                for reply in [acquired, looked] {
                    let policies = StructuredFieldList(try #require(reply["RateLimit-Policy"]))
                    let states = StructuredFieldList(try #require(reply["RateLimit"]))
                    #expect(policies?.items == policy, "\(spec)")
                    #expect(states?.items == state, "\(spec)")
                }
            }
        }
    }

    @Test(
        "the reader of the test takes only what the standard has",
        arguments: [
            ("", true), ("\"a\"", true), ("\"a\";q=1, \"b\"", true), ("\"a\\\"\";q=1", true),
            ("\"a\"; q=1\t,\t\"b\"", true), ("a", false), ("\"a\",", false), ("\"a\" ;q=1", false),
            ("\"a\";Q=1", false), ("\"a\";q=1.5", false), ("\"a\";q=1234567890123456", false),
            ("\"é\"", false), ("\"a", false), ("\"a\" \"b\"", false),
        ])
    func reader(text: String, isGood: Bool) {
        #expect((StructuredFieldList(text) != nil) == isGood)
    }
}
