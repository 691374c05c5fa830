import Testing

@testable import Resilience

@Suite("Bulkhead, when the clock jumps")
struct BulkheadClockTests {
    @Test("a clock set back prolongs no lease, and keeps who holds what")
    func setBack() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":3,"lease_ms":1000}"#, from: Instant(milliseconds: 1_000_000),
            [
                (500, "acquire a", "yes 1/3"), (500, "acquire b 100", "yes 2/3"),
                (600, "advance", "done | b at 600"), (600, "acquire c 50", "yes 2/3"),
                (-90_000, "view", "2/3 free 1 c -90000--89950, a -90000--89000"),
                (-90_000, "acquire d 2000", "yes 3/3"),
                (-90_000, "acquire e", "no full 50 3/3"),
                (-89_950, "advance", "done | c at -89950"),
                (-89_000, "advance", "done | a at -89000 | d at -89000"),
            ])
    }

    @Test("a clock set back after a renewal prolongs it no more than it was renewed for")
    func renewed() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":1,"lease_ms":1000}"#,
            [
                (0, "acquire a 100", "yes 1/1"), (50, "renew a 200", "until 250"),
                (40, "advance", "done"), (40, "view", "1/1 free 0 a 0-240"),
                (240, "acquire b", "yes 1/1 | a at 240"),
            ])
    }

    @Test("time passes while nobody is there")
    func downtime() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":1,"lease_ms":1000}"#,
            [
                (0, "acquire a", "yes 1/1"),
                (86_400_000_000, "acquire b", "yes 1/1 | a at 1000"),
            ])
    }

    @Test("at the end of time nothing traps")
    func end() throws {
        var script = BulkheadScript(
            try .parsed(#"{"max_concurrent":1,"lease_ms":31622400000}"#),
            from: Instant(nanoseconds: .max - 1_000_000))
        #expect(try script.take("acquire a", at: 0) == "yes 1/1")
        #expect(try script.take("acquire b", at: 0) == "no full 1 1/1")
        #expect(try script.take("acquire b", at: 1).hasPrefix("yes 1/1 | a at "))
    }
}
