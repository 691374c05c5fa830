import Testing

@testable import Resilience

@Suite("Limiter snapshot")
struct LimiterSnapshotTests {
    private static let meter =
        #"{"pacing":"greedy","limit":[10,10,1000],"calendar":null,"level":["5","0"]}"#

    private func account(_ meters: String) -> String {
        #"{"accounts":[{"tier":"free","at":0,"meters":[\#(meters)]}]}"#
    }

    private func read(_ text: String) throws -> LimiterState? {
        LimiterState(snapshot: try JSONParser.parse(text).value)
    }

    @Test("is read back with everything in it")
    func roundTrip() throws {
        let limits = LimiterExtremesTests.corners
        let now = try #require(Instant(timestamp: "2200-01-01T00:00:00Z"))
        let tier = Tier(name: "default", .limited(limits), since: .epoch)
        var state = LimiterState(at: now)
        _ = state.acquire(1, tier, at: now)
        _ = state.noteDenial(quiet: tier.quiet(at: now), at: now)
        #expect(try state.restarted() == state)
        #expect(state.accounts.map(\.meters.count) == [limits.count])
        #expect(try LimiterState(at: now).restarted() == LimiterState(at: now))
    }

    @Test("holds a debt beyond 64 bits")
    func largeDebt() throws {
        let limit = Limit(
            .greedy, quota: 1, capacity: 1_000_000_000, period: .days(366))
        let tier = Tier(name: "default", .limited([limit]), since: .epoch)
        var state = LimiterState(at: .epoch)
        _ = state.acquire(1_000_000_000, tier, at: .epoch)
        #expect(state.snapshot.text.contains("\"31622400000000000000000000\""))
        #expect(try state.restarted() == state)
    }

    @Test("that is whole is taken")
    func taken() throws {
        #expect(try read(account(Self.meter))?.accounts.first?.meters.count == 1)
    }

    @Test(
        "that is none is refused without a trap",
        arguments: [
            "null", "[]", "{}", #"{"accounts":{}}"#, #"{"accounts":[null]}"#,
            #"{"accounts":[{}]}"#, #"{"accounts":[{"tier":"a","meters":[]}]}"#,
            #"{"accounts":[{"tier":"a","at":"0","meters":[]}]}"#,
            #"{"accounts":[{"tier":"a","at":0.5,"meters":[]}]}"#,
            #"{"accounts":[{"tier":1,"at":0,"meters":[]}]}"#,
            #"{"accounts":[{"tier":"a","at":0}]}"#,
            #"{"accounts":[{"tier":"a","at":0,"meters":[null]}]}"#,
            #"{"accounts":[{"tier":"a","at":0,"meters":[{}]}]}"#,
            #"{"accounts":[],"episode":[]}"#, #"{"accounts":[],"episode":[1,2,3]}"#,
            #"{"accounts":[],"episode":[1,2,3,"x"]}"#,
        ])
    func refused(text: String) throws {
        #expect(try read(text) == nil)
    }

    @Test("of two accounts of one tier, or of accounts out of order, is refused")
    func order() throws {
        func accounts(_ tiers: [String]) -> String {
            let list = tiers.map { #"{"tier":"\#($0)","at":0,"meters":[]}"# }
            return #"{"accounts":[\#(list.joined(separator: ","))]}"#
        }
        #expect(try read(accounts(["a", "b"]))?.accounts.count == 2)
        #expect(try read(accounts(["a", "a"])) == nil)
        #expect(try read(accounts(["b", "a"])) == nil)
    }

    @Test(
        "of a limit or a level out of range is refused without a trap",
        arguments: [
            (#""greedy""#, #""drip""#), ("[10,10,1000]", "[10,10]"),
            ("[10,10,1000]", "[0,10,1000]"),
            ("[10,10,1000]", "[10,0,1000]"), ("[10,10,1000]", "[10,10,0]"),
            ("[10,10,1000]", "[-1,10,1000]"), ("[10,10,1000]", "[10,10,-1]"),
            ("[10,10,1000]", "[9223372036854775807,10,1000]"),
            ("[10,10,1000]", "[10,9223372036854775807,1000]"),
            ("[10,10,1000]", "[10,10,9223372036854775807]"), (#"["5","0"]"#, "[]"),
            (#"["5","0"]"#, #"["5"]"#), (#"["5","0"]"#, #"["x","0"]"#),
            (#"["5","0"]"#, #"["-1","0"]"#),
            (#"["5","0"]"#, #"["170141183460469231731687303715884105727","0"]"#),
            (#"["5","0"]"#, #"["5","99999999999999999999"]"#), (#"["5","0"]"#, "[5,0]"),
            ("null", #""fortnight""#), ("null", #""day""#), (#"["5","0"]"#, #"["10001","0"]"#),
        ])
    func outOfRange(part: String, replacement: String) throws {
        let meter = Self.meter.replacing(part, with: replacement)
        #expect(meter != Self.meter)
        #expect(try read(account(meter)) == nil)
    }

    @Test(
        "of a queue holds up to one less than twice its burst of slots",
        arguments: [("19000", true), ("19001", false), ("-1", false)])
    func queue(taken: String, isTaken: Bool) throws {
        let queue = Self.meter.replacing("greedy", with: "leaky")
            .replacing(#"["5","0"]"#, with: #"["\#(taken)","0"]"#)
        let state = try read(account(queue))
        #expect((state != nil) == isTaken)
    }

    @Test("of a calendar window needs no period; of any other pacing it has no calendar")
    func calendar() throws {
        let window =
            #"{"pacing":"clock","limit":[10,10,0],"calendar":"day","level":["5","0","9"]}"#
        #expect(try read(account(window)) != nil)
        let sliding = window.replacing("clock", with: "sliding")
        #expect(try read(account(sliding)) == nil)
    }
}
