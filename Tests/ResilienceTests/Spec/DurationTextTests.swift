import TestSupport
import Testing

@testable import Resilience

@Suite("Durations written as text")
struct DurationTextTests {
    @Test(
        "are digits and units, largest first",
        arguments: [
            ("0s", 0), ("1ms", 1), ("1s", 1000), ("1m", 60_000), ("1h", 3_600_000),
            ("1d", 86_400_000), ("1m30s", 90_000), ("1d2h3m4s5ms", 93_784_005), ("90m", 5_400_000),
            ("007s", 7000), ("1h1ms", 3_600_001), ("0d0h0m0s0ms", 0),
            ("99999999999999999999d", .max), ("", nil), ("1", nil),
            ("s", nil), ("1 s", nil), (" 1s", nil), ("1s ", nil), ("-1s", nil), ("+1s", nil),
            ("1.5s", nil), ("1s1m", nil), ("1s1s", nil), ("1S", nil), ("1min", nil), ("1ms1s", nil),
            ("1w", nil), ("1y", nil), ("١s", nil), ("1µs", nil), ("1s\u{0}", nil), ("1e3s", nil),
        ] as [(String, Int64?)])
    func read(text: String, milliseconds: Int64?) {
        #expect(DurationText.milliseconds(text) == milliseconds)
    }

    private func read<Spec: PolicySpec>(
        _ type: Spec.Type, _ text: String
    ) throws -> (document: JSONValue, spec: Spec?, faults: [String]) {
        var reader = SpecReader()
        let document = Spec.shape.readingDurations(
            in: try JSONParser.parse(text).value, at: .root.appending("spec"), &reader)
        let resolution = Spec.resolve(document, &reader)
        return (
            document, resolution?.spec as? Spec, reader.faults.map { "\($0.pointer): \($0.detail)" }
        )
    }

    @Test("become the members in milliseconds, at their places")
    func become() throws {
        let read = try read(
            LimiterPolicy.self,
            #"{"limits":[{"quota":1,"period":"1m"},{"period":null,"burst":2},{"period_ms":5}]}"#)
        #expect(
            read.document.text == #"""
                {"limits":[{"quota":1,"period_ms":60000},{"period_ms":null,"burst":2},{"period_ms":5}]}
                """#)
        #expect(read.spec?.limits?.map(\.period) == [60_000, 60_000, 5].map(Timespan.milliseconds))
    }

    @Test("stand for every duration that a spec of any kind declares, and for nothing else")
    func everywhere() {
        for type in SpecExercise.kinds {
            for leaf in type.shape.leaves {
                var short = leaf.path
                short[short.count - 1].removeLast(min(3, short[short.count - 1].count))
                guard let last = leaf.path.last, last.hasSuffix("_ms") else {
                    let untouched = JSONValue.null.setting("1m", at: leaf.path[...])
                    var reader = SpecReader()
                    let document = type.shape.readingDurations(in: untouched, at: .root, &reader)
                    #expect(document == untouched)
                    continue
                }
                var reader = SpecReader()
                let document = type.shape.readingDurations(
                    in: JSONValue.null.setting("1m30s", at: short[...]), at: .root, &reader)
                #expect(document == JSONValue.null.setting(90_000, at: leaf.path[...]))
                #expect(reader.faults.isEmpty)
            }
        }
    }

    @Test(
        "are told of by the names that they were written under",
        arguments: [
            (#"{"limits":[{"period":"0s"}]}"#, "/spec/limits/0/period: must be at least 1"),
            (
                #"{"limits":[{},{"period":"400d"}]}"#,
                "/spec/limits/1/period: must be at most 31622400000"
            ),
            (
                #"{"limits":[{"period":"1 m"}]}"#,
                "/spec/limits/0/period: \(DurationText.expectation)"
            ),
            (
                #"{"limits":[{"period":60000}]}"#,
                "/spec/limits/0/period: \(DurationText.expectation); a number of milliseconds is "
                    + "called period_ms"
            ),
            (
                #"{"limits":[{"period":"1m","period_ms":60000}]}"#,
                "/spec/limits/0/period: cannot stand beside period_ms"
            ),
            (
                #"{"limits":[{"period":null,"period_ms":60000}]}"#,
                "/spec/limits/0/period: cannot stand beside period_ms"
            ),
            (
                #"{"limits":[{"period":"1m","calendar":"day"}],"algorithm":"fixed_window"}"#,
                "/spec/limits/0/period: cannot stand beside calendar"
            ),
            (
                #"{"limits":[{}],"adaptive":{"initial_per_second":1,"min_per_second":1,"max_per_second":1,"target_latency":"x"}}"#,
                "/spec/adaptive/target_latency: \(DurationText.expectation)"
            ),
            (#"{"limits":[{}],"period":"1m"}"#, "/spec/period: unknown member"),
            (
                #"{"limits":[{"period_ms":"1m"}]}"#,
                "/spec/limits/0/period_ms: must be a whole number, not a string"
            ),
        ])
    func faults(text: String, fault: String) throws {
        #expect(try read(LimiterPolicy.self, text).faults == [fault])
    }

    @Test("fill in what is required, and what is compared with other members")
    func between() throws {
        #expect(try read(TimeoutPolicy.self, #"{"timeout":"5s"}"#).spec?.timeout == .seconds(5))
        #expect(
            try read(RetryPolicy.self, #"{"initial_delay":"1s","max_delay":"1ms"}"#).faults
                == ["/spec/max_delay: must be at least initial_delay_ms (1000)"])
        #expect(try TimeoutPolicy(json: #"{"timeout":"1m"}"#).timeout == .seconds(60))
    }
}
