import Testing

@testable import Resilience

@Suite("Environment overrides")
struct EnvironmentOverrideTests {
    private static let prefix = "SWITCHGEAR_LIMITERS__API__"

    private func resolve(_ text: String, _ settings: KeyValuePairs<String, String>) throws
        -> (SpecResolution?, [Fault])
    {
        var reader = SpecReader()
        let overrides = settings.map {
            EnvironmentOverride(variable: Self.prefix + $0.key, path: $0.key, text: $0.value)
        }
        let spec = try JSONParser.parse(text).value
        return (LimiterPolicy.resolve(spec, overrides: overrides, &reader), reader.faults)
    }

    @Test(
        "set one value in the effective document",
        arguments: [
            (
                #"{"limits":[{}]}"#, "LIMITS__0__QUOTA", "5", "limits.0.quota",
                #"{"quota":5,"period_ms":60000,"burst":5}"#
            ),
            (
                #"{"limits":[{"burst":9}]}"#, "LIMITS__0__QUOTA", "5", "limits.0.quota",
                #"{"quota":5,"period_ms":60000,"burst":9}"#
            ),
            (
                #"{"limits":[{}]}"#, "LIMITS__0__BURST", "5", "limits.0.burst",
                #""quota":60,"period_ms":60000,"burst":5}"#
            ),
            (
                #"{"limits":[{},{}]}"#, "LIMITS__1__PERIOD_MS", "9", "limits.1.period_ms",
                #""burst":60},{"quota":60,"period_ms":9,"burst":60}"#
            ),
            (
                #"{"limits":[{}]}"#, "ALGORITHM", "sliding_window", "algorithm",
                #""algorithm":"sliding_window""#
            ),
            (#"{"limits":[{}]}"#, "REFILL", "interval", "refill", #""refill":"interval""#),
            (
                #"{"limits":[{}]}"#, "LIMITS", #"[{"quota":2}]"#, "limits",
                #""limits":[{"quota":2,"period_ms":60000,"burst":2}]"#
            ),
            (
                #"{"preset":"search"}"#, "LIMITS__0__QUOTA", "5", "limits.0.quota",
                #"{"quota":5,"period_ms":60000,"burst":5}"#
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]}}}"#, "TIERS__FREE__LIMITS__0__QUOTA", "5",
                "tiers.free.limits.0.quota", #"{"free":{"limits":[{"quota":5,"#
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]},"A-b.c_d":{"limits":[{}]}}}"#,
                "TIERS__A_B_C_D__LIMITS__0__BURST", "5", "tiers.A-b.c_d.limits.0.burst",
                #"{"A-b.c_d":{"limits":[{"quota":60,"period_ms":60000,"burst":5}]}"#
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]},"a__b":{"limits":[{}]}}}"#,
                "TIERS__A__B__LIMITS__0__QUOTA", "5", "tiers.a__b.limits.0.quota",
                #"{"a__b":{"limits":[{"quota":5,"#
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]},"pro":{"limits":[{}]}}}"#, "DEFAULT_TIER", "pro",
                "default_tier", #""default_tier":"pro""#
            ),
            (
                #"{"tiers":{"free":{"limits":[{}]}}}"#, "TIERS__FREE", #"{"unlimited":true}"#,
                "tiers.free", #""tiers":{"free":{"unlimited":true}}"#
            ),
        ] as [(String, String, String, String, String)])
    func sets(spec: String, path: String, text: String, field: String, part: String) throws {
        let (resolution, faults) = try resolve(spec, [path: text])
        #expect(faults.isEmpty)
        let effective = try #require(resolution).effective.text
        #expect(effective.contains(part), "\(effective)")
        let applied = try #require(resolution?.overrides.first)
        #expect(applied.field == field)
        #expect(applied.variable == Self.prefix + path)
        #expect(resolution?.overrides.count == 1)
        #expect(applied.document.names == ["field", "variable", "value"])
    }

    @Test(
        "that name no place, or no value for it, are faults that name the variable",
        arguments: [
            ("LIMITS__1__QUOTA", "5", "/spec"), ("LIMITS__0__QUOTAS", "5", "/spec"),
            ("LIMITS__00__QUOTA", "5", "/spec"), ("TIERS__FREE__UNLIMITED", "true", "/spec"),
            ("LIMITS__0", "5", "/spec/limits/0"), ("LIMITS__0__QUOTA__X", "5", "/spec"),
            ("QUOTA", "5", "/spec"), ("", "5", "/spec"), ("limits__0__quota", "5", "/spec"),
            ("LIMITS__0__QUOTA", "", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "0", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "-1", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "5.5", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", " 5", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "five", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "99999999999999999999", "/spec/limits/0/quota"),
            ("LIMITS__0__QUOTA", "null", "/spec/limits/0/quota"),
            ("LIMITS__0__CALENDAR", "day", "/spec/limits/0/calendar"),
            ("LIMITS__0__CALENDAR", "fortnight", "/spec/limits/0/calendar"),
            ("ALGORITHM", "TOKEN_BUCKET", "/spec/algorithm"), ("LIMITS", "[", "/spec/limits"),
            ("LIMITS", "[]", "/spec/limits"), ("LIMITS", "[{\"quota\":0}]", "/spec/limits/0/quota"),
            ("DEFAULT_TIER", "free", "/spec/default_tier"),
            ("DEFAULT_TIER", "?", "/spec/default_tier"),
        ])
    func faults(path: String, text: String, pointer: String) throws {
        let (resolution, faults) = try resolve(#"{"limits":[{}]}"#, [path: text])
        #expect(resolution == nil)
        #expect(faults.first?.pointer == pointer)
        #expect(!faults.isEmpty)
        for fault in faults { #expect(fault.detail.contains(Self.prefix + path)) }
    }

    @Test("that may mean two places are refused")
    func ambiguous() throws {
        let spec = #"{"tiers":{"a-b":{"limits":[{}]},"a.b":{"limits":[{}]}},"default_tier":"a.b"}"#
        let (resolution, faults) = try resolve(spec, ["TIERS__A_B__LIMITS__0__QUOTA": "5"])
        #expect(resolution == nil)
        #expect(
            faults.first?.detail == Self.prefix + "TIERS__A_B__LIMITS__0__QUOTA may mean any of "
                + "tiers.a-b.limits.0.quota, tiers.a.b.limits.0.quota")
    }

    @Test("are all applied, and all their faults told")
    func several() throws {
        let (resolution, none) = try resolve(
            #"{"limits":[{}]}"#, ["LIMITS__0__QUOTA": "5", "REFILL": "interval"])
        #expect(none.isEmpty)
        #expect(resolution?.overrides.map(\.field) == ["limits.0.quota", "refill"])
        let (_, faults) = try resolve(
            #"{"limits":[{}]}"#, ["LIMITS__0__QUOTA": "0", "REFILL": "slow", "ALIGN": "clock"])
        #expect(faults.map(\.pointer) == ["/spec/limits/0/quota", "/spec/refill"])
    }

    @Test("do not mend a spec that is wrong by itself")
    func wrongSpec() throws {
        let (resolution, faults) = try resolve(
            #"{"limits":[{"quota":0}]}"#, ["LIMITS__0__QUOTA": "5"])
        #expect(resolution == nil)
        #expect(faults == [Fault(pointer: "/spec/limits/0/quota", detail: "must be at least 1")])
    }

    @Test(
        "without a policy yet are checked for their field",
        arguments: [
            ("LIMITS__0__QUOTA", true), ("LIMITS__7__QUOTA", true), ("LIMITS__8__QUOTA", false),
            ("TIERS__FREE__LIMITS__0__QUOTA", true), ("TIERS__A__B__LIMITS__0__QUOTA", true),
            ("TIERS__FREE", true), ("ALGORITHM", true), ("QUOTA", false), ("", false),
            ("LIMITS__0__QUOTAS", false), ("DEFAULT_TIER", true), ("PRESET", false),
        ])
    func targets(path: String, exists: Bool) {
        let target = EnvironmentOverride.target(of: path, in: LimiterPolicy.shape)
        #expect((target != nil) == exists)
        if path.hasSuffix("__QUOTA"), exists {
            #expect(target == .integer(1...1_000_000_000, unit: ""))
        }
    }

    @Test(
        "names are encoded byte by byte",
        arguments: [
            ("api", "API"), ("Api-2.x_y", "API_2_X_Y"), ("", ""), ("é", "__"), ("a b", "A_B"),
        ])
    func encodes(name: String, encoded: String) {
        #expect(EnvironmentOverride.encode(name) == encoded)
    }
}
