import Testing

@testable import Resilience

@Suite("Spec reader, on limiters")
struct SpecReaderTests {
    private func faults(_ text: String) throws -> [String] {
        var reader = SpecReader()
        let spec = reader.read(
            LimiterPolicy.self, from: try JSONParser.parse(text).value, at: .root.appending("spec"))
        #expect((spec == nil) == !reader.faults.isEmpty)
        return reader.faults.map { "\($0.pointer): \($0.detail)" }
    }

    @Test(
        "tells each fault with its pointer",
        arguments: [
            ("[]", "/spec: must be an object, not an array"),
            ("null", "/spec: must be an object, not null"),
            ("{}", "/spec/limits: is required, or tiers"),
            (#"{"limits":null}"#, "/spec/limits: is required, or tiers"),
            (#"{"limits":{}}"#, "/spec/limits: must be a list, not an object"),
            (#"{"limits":[]}"#, "/spec/limits: must not be empty"),
            (
                #"{"limits":[{},{},{},{},{},{},{},{},{}]}"#,
                "/spec/limits: must have at most 8 elements"
            ),
            (#"{"limits":[null]}"#, "/spec/limits/0: must be an object, not null"),
            (#"{"limits":[{"quota":0}]}"#, "/spec/limits/0/quota: must be at least 1"),
            (
                #"{"limits":[{"quota":1000000001}]}"#,
                "/spec/limits/0/quota: must be at most 1000000000"
            ),
            (
                #"{"limits":[{"quota":9223372036854775808}]}"#,
                "/spec/limits/0/quota: must be at most 1000000000"
            ),
            (#"{"limits":[{"quota":1.5}]}"#, "/spec/limits/0/quota: must be a whole number"),
            (
                #"{"limits":[{"quota":"5"}]}"#,
                "/spec/limits/0/quota: must be a whole number, not a string"
            ),
            (
                #"{"limits":[{"quota":true}]}"#,
                "/spec/limits/0/quota: must be a whole number, not a boolean"
            ),
            (#"{"limits":[{},{"period_ms":0}]}"#, "/spec/limits/1/period_ms: must be at least 1"),
            (
                #"{"limits":[{"period_ms":31622400001}]}"#,
                "/spec/limits/0/period_ms: must be at most 31622400000"
            ),
            (#"{"limits":[{"burst":0}]}"#, "/spec/limits/0/burst: must be at least 1"),
            (
                #"{"limits":[{"quotas":1}]}"#,
                #"/spec/limits/0/quotas: unknown member; meant "quota"?"#
            ),
            (#"{"limits":[{"x/y":1}]}"#, "/spec/limits/0/x~1y: unknown member"),
            (
                #"{"limits":[{}],"algorithm":"leaky"}"#,
                #"/spec/algorithm: must be one of "token_bucket", "fixed_window", "sliding_window", "leaky_bucket""#
            ),
            (#"{"limits":[{}],"refill":7}"#, #"/spec/refill: must be one of "greedy", "interval""#),
            (
                #"{"limits":[{}],"align":"Clock"}"#,
                #"/spec/align: must be one of "first_hit", "clock""#
            ),
            (
                #"{"limits":[{}],"tiers":{"free":{"unlimited":true}}}"#,
                "/spec/tiers: cannot stand beside limits"
            ),
            (#"{"default_tier":"free","limits":[{}]}"#, "/spec/default_tier: needs tiers"),
            (
                #"{"limits":[{}],"algorithm":"sliding_window","refill":"interval"}"#,
                "/spec/refill: needs algorithm token_bucket"
            ),
            (
                #"{"limits":[{}],"align":"clock"}"#, "/spec/align: needs algorithm fixed_window"
            ),
            (#"{"tiers":{}}"#, "/spec/tiers: must not be empty"),
            (#"{"tiers":[]}"#, "/spec/tiers: must be an object, not an array"),
            (
                #"{"tiers":{"a":{"unlimited":true}}}"#,
                "/spec/default_tier: is required: there are tiers, and none is called free"
            ),
            (
                #"{"tiers":{"free":{"unlimited":true}},"default_tier":"pro"}"#,
                "/spec/default_tier: must be one of the tiers (free), not pro"
            ),
            (
                #"{"tiers":{"free":{"unlimited":true}},"default_tier":5}"#,
                "/spec/default_tier: must be a string, not a number"
            ),
            (
                #"{"tiers":{"free":{"unlimited":true}},"default_tier":""}"#,
                "/spec/default_tier: must have 1 to 128 characters"
            ),
            (
                #"{"tiers":{"free":{"unlimited":true},"-a":{"blocked":true}}}"#,
                "/spec/tiers/-a: must begin with a letter or a digit"
            ),
            (
                #"{"tiers":{"free":{"unlimited":true},"a/b":{"blocked":true}}}"#,
                "/spec/tiers/a~1b: may hold only letters, digits, '.', '_' and '-'"
            ),
            (
                #"{"tiers":{"free":{}}}"#,
                "/spec/tiers/free: must have exactly one of limits, unlimited and blocked"
            ),
            (
                #"{"tiers":{"free":{"limits":[{}],"blocked":true}}}"#,
                "/spec/tiers/free: must have exactly one of limits, unlimited and blocked"
            ),
            (
                #"{"tiers":{"free":{"unlimited":false}}}"#,
                "/spec/tiers/free/unlimited: can only be true"
            ),
            (
                #"{"tiers":{"free":{"blocked":"yes"}}}"#,
                "/spec/tiers/free/blocked: must be true or false, not a string"
            ),
            (
                #"{"tiers":{"free":{"limits":[{"quota":0}]}}}"#,
                "/spec/tiers/free/limits/0/quota: must be at least 1"
            ),
            (
                #"{"limits":[{"calendar":"day"}]}"#,
                "/spec/limits/0/calendar: needs algorithm fixed_window"
            ),
            (
                #"{"limits":[{"calendar":"day","period_ms":5}],"algorithm":"fixed_window"}"#,
                "/spec/limits/0/period_ms: cannot stand beside calendar"
            ),
            (
                #"{"limits":[{"calendar":"fortnight"}]}"#,
                #"/spec/limits/0/calendar: must be one of "minute", "hour", "day", "week", "month", "year""#
            ),
            (
                #"{"limits":[{"burst":5}],"algorithm":"fixed_window"}"#,
                "/spec/limits/0/burst: needs algorithm token_bucket or leaky_bucket"
            ),
            (
                #"{"tiers":{"free":{"limits":[{},{"burst":5}]}},"algorithm":"sliding_window"}"#,
                "/spec/tiers/free/limits/1/burst: needs algorithm token_bucket or leaky_bucket"
            ),
            (#"{"limits":[{}],"preset":"search"}"#, "/spec/preset: unknown member"),
            (
                #"{"limits":[{"calendar":"day"}],"algorithm":"leaky_bucket"}"#,
                "/spec/limits/0/calendar: needs algorithm fixed_window"
            ),
            (
                #"{"limits":[{}],"durability":"eventual"}"#,
                #"/spec/durability: must be one of "relaxed", "strict""#
            ),
        ])
    func oneFault(text: String, fault: String) throws {
        #expect(try faults(text) == [fault])
    }

    @Test("tells every fault at once")
    func everyFault() throws {
        let text = #"""
            {"algorithm":"x","costs":1,"limits":[{"quota":0,"burst":1.5},7,{"period_ms":"1"}],
             "tiers":{"a b":{"limits":[]}},"default_tier":"?"}
            """#
        #expect(
            try faults(text).map { String($0.prefix { $0 != ":" }) } == [
                "/spec/costs", "/spec/algorithm", "/spec/limits/0/quota", "/spec/limits/0/burst",
                "/spec/limits/1", "/spec/limits/2/period_ms", "/spec/tiers/a b",
                "/spec/tiers/a b/limits", "/spec/default_tier",
            ])
    }

    @Test("keeps at most a hundred faults, and takes nothing for right after them")
    func manyFaults() {
        var reader = SpecReader()
        let members = (0..<1500).map { ("x\($0)", JSONValue.null) }
        let wrong = JSONValue.object(JSONObject(members))
        #expect(reader.read(LimiterPolicy.self, from: wrong) == nil)
        #expect(reader.faults.count == 100)
        #expect(reader.read(LimiterPolicy.self, from: ["limits": [["quota": 0]]]) == nil)
        #expect(reader.read(LimiterPolicy.self, from: ["limits": [[:]]]) != nil)
        #expect(reader.faults.count == 100)
    }

    @Test("looks for what was meant only while faults are kept, and among names of like length")
    func hints() {
        var reader = SpecReader()
        let members = (0..<20_000).map { ("quot\($0)", JSONValue.null) }
        reader.refuseUnknown(JSONObject(members), among: ["quota"], at: .root)
        #expect(reader.faults.count == 100)
        #expect(reader.hintCount == 100)
        var full = SpecReader(room: 0)
        full.refuseUnknown(JSONObject(members), among: ["quota"], at: .root)
        #expect(full.hintCount == 0)
        #expect(full.read(LimiterPolicy.self, from: ["limits": [["quot": 1]]]) == nil)
        let long = String(repeating: "q", count: 1_000_000)
        #expect(Spelling.nearest(to: long, among: ["quota", "period_ms"]) == nil)
        #expect(Spelling.comparisons(of: long, among: ["quota", "period_ms"]) == 0)
        #expect(Spelling.comparisons(of: "quot", among: ["quota", "period_ms"]) == 1)
    }

    @Test(
        "null counts as left out",
        arguments: [
            (
                #"{"limits":[{}],"algorithm":null,"tiers":null,"default_tier":null}"#,
                #"{"limits":[{}]}"#
            ),
            (
                #"{"limits":[{"quota":null,"period_ms":null,"burst":null,"calendar":null}]}"#,
                #"{"limits":[{}]}"#
            ),
            (
                #"{"tiers":{"free":{"unlimited":true,"limits":null,"blocked":null}}}"#,
                #"{"tiers":{"free":{"unlimited":true}}}"#
            ),
        ])
    func nulls(text: String, same: String) throws {
        var reader = SpecReader()
        let spec = reader.read(LimiterPolicy.self, from: try JSONParser.parse(text).value)
        #expect(spec != nil)
        #expect(spec == reader.read(LimiterPolicy.self, from: try JSONParser.parse(same).value))
    }

    @Test("whole numbers may be written with a fraction or an exponent")
    func wholeNumbers() throws {
        var reader = SpecReader()
        let text = #"{"limits":[{"quota":1e3,"period_ms":2.0}]}"#
        let spec = reader.read(LimiterPolicy.self, from: try JSONParser.parse(text).value)
        #expect(spec?.limits?.first?.quota == 1000)
        #expect(spec?.limits?.first?.period == .milliseconds(2))
        #expect(spec?.document.text.contains(#""quota":1000,"period_ms":2,"#) == true)
    }
}
