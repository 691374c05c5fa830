import Testing

@testable import Resilience

@Suite("Spec resolution")
struct SpecResolutionTests {
    private static let rate: JSONValue = [["quota": 7, "period_ms": 1000]]

    private func effective(_ text: String, _ variables: [String: JSONValue] = [:]) throws -> String?
    {
        var reader = SpecReader(variables: variables)
        let resolution = LimiterPolicy.resolve(try JSONParser.parse(text).value, &reader)
        #expect(resolution != nil, "\(reader.faults)")
        #expect(reader.variables == variables)
        return resolution?.effective.text
    }

    @Test(
        "the effective document has every default filled in",
        arguments: [
            (
                #"{"limits":[{}]}"#,
                #""limits":[{"quota":60,"period_ms":60000,"burst":60}]"#
            ),
            (
                #"{"limits":[{"quota":5},{"burst":2}]}"#,
                #""limits":[{"quota":5,"period_ms":60000,"burst":5},"#
                    + #"{"quota":60,"period_ms":60000,"burst":2}]"#
            ),
            (
                #"{"tiers":{"pro":{"unlimited":true},"free":{"limits":[{"quota":9}]}}}"#,
                #""tiers":{"free":{"limits":[{"quota":9,"period_ms":60000,"burst":9}]},"#
                    + #""pro":{"unlimited":true}},"default_tier":"free""#
            ),
            (
                #"{"preset":"search"}"#,
                #""limits":[{"quota":30,"period_ms":60000,"burst":30}]"#
            ),
            (
                #"{"preset":"search","limits":null}"#,
                #""limits":[{"quota":30,"period_ms":60000,"burst":30}]"#
            ),
            (
                #"{"preset":"search","limits":[{"quota":2}]}"#,
                #""limits":[{"quota":2,"period_ms":60000,"burst":2}]"#
            ),
            (
                #"{"preset":null,"limits":[{"quota":2}]}"#,
                #""limits":[{"quota":2,"period_ms":60000,"burst":2}]"#
            ),
        ])
    func tokenBuckets(text: String, end: String) throws {
        let head = #"{"algorithm":"token_bucket","refill":"greedy","align":"first_hit","#
        #expect(try effective(text) == head + end + #","durability":"relaxed"}"#)
    }

    @Test("a window has no burst, and a calendar window no period")
    func windows() throws {
        let text = #"{"algorithm":"fixed_window","limits":[{"quota":5},{"calendar":"day"}]}"#
        #expect(
            try effective(text)?.contains(
                #""limits":[{"quota":5,"period_ms":60000},{"quota":60,"calendar":"day"}],"#) == true
        )
    }

    @Test(
        "the effective document resolves to itself",
        arguments: [
            #"{"preset":"embed"}"#, #"{"limits":[{"quota":3}],"refill":"interval"}"#,
            #"{"algorithm":"fixed_window","align":"clock","limits":[{"calendar":"week"},{}]}"#,
            #"{"algorithm":"leaky_bucket","limits":[{}],"durability":"strict"}"#,
            #"{"limits":[{}],"adaptive":{"initial_per_second":1,"min_per_second":1,"#
                + #""max_per_second":2.5,"target_latency_ms":50}}"#,
            #"{"algorithm":"sliding_window","tiers":{"free":{"limits":[{}]},"b":{"blocked":true}}}"#,
        ])
    func idempotent(text: String) throws {
        let once = try #require(try effective(text))
        #expect(try effective(once) == once)
        let variables: [String: JSONValue] = [
            "RATE_LIMIT_REQUESTS_PER_SECOND": Self.rate, "RATE_LIMIT_BURST_SIZE": 3,
        ]
        #expect(try effective(once, variables) == once)
    }

    @Test(
        "default variables stand in for what spec and preset leave out",
        arguments: [
            ("{}", #"[{"quota":7,"period_ms":1000,"burst":3}]"#),
            (#"{"limits":null}"#, #"[{"quota":7,"period_ms":1000,"burst":3}]"#),
            (#"{"limits":[{"quota":5}]}"#, #"[{"quota":5,"period_ms":60000,"burst":3}]"#),
            (#"{"limits":[{"burst":4}]}"#, #"[{"quota":60,"period_ms":60000,"burst":4}]"#),
            (#"{"preset":"search"}"#, #"[{"quota":30,"period_ms":60000,"burst":3}]"#),
            (#"{"algorithm":null}"#, #"[{"quota":7,"period_ms":1000,"burst":3}]"#),
            (#"{"algorithm":"fixed_window"}"#, #"[{"quota":7,"period_ms":1000}]"#),
            (#"{"algorithm":"sliding_window"}"#, #"[{"quota":7,"period_ms":1000}]"#),
            (
                #"{"algorithm":"fixed_window","limits":[{"calendar":"day"}]}"#,
                #"[{"quota":60,"calendar":"day"}]"#
            ),
            (
                #"{"tiers":{"free":{"limits":[{"quota":5}]}}}"#,
                #"{"free":{"limits":[{"quota":5,"period_ms":60000,"burst":3}]}}"#
            ),
            (
                #"{"algorithm":"sliding_window","tiers":{"free":{"limits":[{"quota":5}]}}}"#,
                #"{"free":{"limits":[{"quota":5,"period_ms":60000}]}}"#
            ),
        ])
    func defaultVariables(text: String, part: String) throws {
        let variables: [String: JSONValue] = [
            "RATE_LIMIT_REQUESTS_PER_SECOND": Self.rate, "RATE_LIMIT_BURST_SIZE": 3,
        ]
        let effective = try #require(try effective(text, variables))
        #expect(effective.contains(":" + part), "\(effective)")
    }

    @Test("an unknown preset is told with the other faults of the members")
    func unknownPreset() {
        var reader = SpecReader()
        #expect(LimiterPolicy.resolve(["preset": "serch", "limitz": 1], &reader) == nil)
        #expect(
            reader.faults == [
                Fault(
                    pointer: "/spec/preset",
                    detail: #"must be one of "search", "embed", "transform", "health_check""#),
                Fault(pointer: "/spec/limitz", detail: #"unknown member; meant "limits"?"#),
            ])
    }

    @Test(
        "what is no object or names no preset is one fault",
        arguments: [nil, 5, ["preset": 5]] as [JSONValue])
    func oneFault(spec: JSONValue) {
        var reader = SpecReader()
        #expect(LimiterPolicy.resolve(spec, at: .root, &reader) == nil)
        #expect(reader.faults.count == 1)
    }
}
