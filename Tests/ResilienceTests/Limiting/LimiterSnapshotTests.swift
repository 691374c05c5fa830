import Testing

@testable import Resilience

@Suite("Limiter snapshot")
struct LimiterSnapshotTests {
    private static let meter =
        #"{"pacing":"greedy","limit":[10,10,1000],"calendar":null,"level":["5","0"]}"#

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
        #expect(state.meters.count == limits.count)
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
        #expect(try read(#"{"at":0,"meters":[\#(Self.meter)]}"#)?.meters.count == 1)
    }

    @Test(
        "that is none is refused without a trap",
        arguments: [
            "null", "[]", "{}", #"{"at":0}"#, #"{"meters":[]}"#, #"{"at":"0","meters":[]}"#,
            #"{"at":0,"meters":[null]}"#, #"{"at":0,"meters":[{}]}"#,
            #"{"at":0,"meters":[],"episode":[]}"#, #"{"at":0,"meters":[],"episode":[1,2,3]}"#,
            #"{"at":0,"meters":[],"episode":[1,2,3,"x"]}"#, #"{"at":0.5,"meters":[]}"#,
        ])
    func refused(text: String) throws {
        #expect(try read(text) == nil)
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
        #expect(try read(#"{"at":0,"meters":[\#(meter)]}"#) == nil)
    }

    @Test(
        "of a queue holds up to one less than twice its burst of slots",
        arguments: [("19000", true), ("19001", false), ("-1", false)])
    func queue(taken: String, isTaken: Bool) throws {
        let queue = Self.meter.replacing("greedy", with: "leaky")
            .replacing(#"["5","0"]"#, with: #"["\#(taken)","0"]"#)
        let state = try read(#"{"at":0,"meters":[\#(queue)]}"#)
        #expect((state != nil) == isTaken)
    }

    @Test("of a calendar window needs no period; of any other pacing it has no calendar")
    func calendar() throws {
        let window =
            #"{"pacing":"clock","limit":[10,10,0],"calendar":"day","level":["5","0","9"]}"#
        #expect(try read(#"{"at":0,"meters":[\#(window)]}"#) != nil)
        let sliding = window.replacing("clock", with: "sliding")
        #expect(try read(#"{"at":0,"meters":[\#(sliding)]}"#) == nil)
    }
}
