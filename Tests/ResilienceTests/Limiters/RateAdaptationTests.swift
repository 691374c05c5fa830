import Testing

@testable import Resilience

@Suite("Adaptation of a rate, as a policy says it")
struct RateAdaptationTests {
    private func read(_ text: String) throws -> (policy: LimiterPolicy?, faults: [String]) {
        var reader = SpecReader()
        let document = try JSONParser.parse(text).value
        let policy = reader.read(LimiterPolicy.self, from: document)
        return (policy, reader.faults.map { "\($0.pointer): \($0.detail)" })
    }

    private static let whole =
        #""initial_per_second":50,"min_per_second":5,"max_per_second":500,"target_latency_ms":200"#

    @Test("the window has a default, and the document shows what was read")
    func complete() throws {
        let policy = try #require(try read(#"{"limits":[{}],"adaptive":{\#(Self.whole)}}"#).policy)
        #expect(policy.adaptive?.windowSize == 100)
        let shown: JSONValue = [
            "initial_per_second": 50.0, "min_per_second": 5.0, "max_per_second": 500.0,
            "target_latency_ms": 200, "window_size": 100,
        ]
        #expect(policy.document["adaptive"] == shown)
        #expect(try #require(try read(#"{"limits":[{}]}"#).policy).document["adaptive"] == nil)
    }

    @Test(
        "what can never work is refused, with the reason",
        arguments: [
            (
                #"{"limits":[{}],"adaptive":{\#(whole)},"algorithm":"leaky_bucket"}"#,
                "/adaptive: needs algorithm token_bucket"
            ),
            (
                #"{"limits":[{}],"adaptive":{\#(whole)},"refill":"interval"}"#,
                "/adaptive: needs refill greedy"
            ),
            (
                #"{"limits":[{},{}],"adaptive":{\#(whole)}}"#,
                "/adaptive: needs limits to be exactly one"
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]}},"adaptive":{\#(whole)}}"#,
                "/adaptive: needs limits, and cannot stand beside tiers"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":1,"min_per_second":2,"# + rest,
                "/adaptive/initial_per_second: must be between min_per_second and max_per_second, "
                    + "which are 2.0 and 9.0"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":10,"min_per_second":2,"# + rest,
                "/adaptive/initial_per_second: must be between min_per_second and max_per_second, "
                    + "which are 2.0 and 9.0"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":9,"min_per_second":9.5,"# + rest,
                "/adaptive/min_per_second: must be at most max_per_second, which is 9.0"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":9,"min_per_second":0,"# + rest,
                "/adaptive/min_per_second: must be at least 0.001"
            ),
            (
                #"{"limits":[{}],"adaptive":{\#(whole),"window_size":0}}"#,
                "/adaptive/window_size: must be at least 1"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":9,"min_per_second":9}}"#,
                "/adaptive/max_per_second: is required, /adaptive/target_latency_ms: is required"
            ),
        ])
    func refused(text: String, faults: String) throws {
        #expect(try read(text).faults.joined(separator: ", ") == faults)
    }

    private static let rest = #""max_per_second":9,"target_latency_ms":1}}"#
}
