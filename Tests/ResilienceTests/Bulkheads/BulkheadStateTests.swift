import Testing

@testable import Resilience

@Suite("Bulkhead")
struct BulkheadStateTests {
    static let two = #"{"max_concurrent":2,"lease_ms":1000}"#

    @Test("lets in as many as it has slots, and tells when one is free by itself")
    func full() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "acquire a", "yes 1/2"), (10, "acquire b", "yes 2/2"),
                (20, "acquire c", "no full 980 2/2"), (999, "acquire c", "no full 1 2/2"),
                (1000, "acquire c", "yes 2/2 | a at 1000"),
            ])
    }

    @Test("a settled slot is free at once, and only once")
    func settled() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "acquire a", "yes 1/2"), (0, "acquire b", "yes 2/2"),
                (1, "settle a S", "counted"), (1, "settle a S", "expired"),
                (1, "acquire c", "yes 2/2"), (1, "settle a F", "expired"),
                (1, "acquire d", "no full 999 2/2"), (2, "settle b X", "ignored"),
                (2, "settle c T", "counted"), (2, "view", "0/2 free 2"),
            ])
    }

    @Test("a slot given back is free, also the second time")
    func givenBack() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":1}"#,
            [
                (0, "acquire a", "yes 1/1"), (1, "give a", "done"), (1, "give a", "done"),
                (1, "acquire b", "yes 1/1"), (1, "give a", "done"),
                (2, "acquire c", "no full 29999 1/1"),
            ])
    }

    @Test("a lease lasts as long as was asked for, at most as long as the policy has it")
    func leases() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":3,"lease_ms":1000}"#,
            [
                (0, "acquire a 100 web-1", "yes 1/3"), (0, "acquire b 5000 web-2", "yes 2/3"),
                (0, "acquire c 1", "yes 3/3"),
                (0, "view", "3/3 free 0 c 0-1, a@web-1 0-100, b@web-2 0-1000"),
                (0, "acquire d", "no full 1 3/3"), (1, "advance", "done | c at 1"),
                (99, "advance", "done"), (99, "settle a S", "counted"),
                (2000, "advance", "done | b at 1000"), (2000, "settle b S", "expired"),
            ])
    }

    @Test("what ended by itself is told once, in the order of the ends")
    func order() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":4,"lease_ms":1000}"#,
            [
                (0, "acquire a 300", "yes 1/4"), (0, "acquire b 100", "yes 2/4"),
                (50, "acquire c 250", "yes 3/4"), (60, "acquire d 40", "yes 4/4"),
                (300, "acquire e", "yes 1/4 | b at 100 | d at 100 | a at 300 | c at 300"),
                (300, "advance", "done"),
            ])
    }

    @Test("a renewed lease ends so long after the renewing")
    func renewed() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "acquire a", "yes 1/2"), (0, "acquire b", "yes 2/2"),
                (900, "renew a", "until 1900"), (900, "renew b 9999", "until 1900"),
                (901, "renew b 100", "until 1001"), (1000, "advance", "done"),
                (1000, "acquire c", "no full 1 2/2"), (1001, "renew b", "until null | b at 1001"),
                (1500, "settle a S", "counted"), (1500, "renew a", "until null"),
            ])
    }

    @Test("calls ahead are reckoned with: each needs a slot first")
    func behind() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "behind 2 a", "no full null 0/2"), (0, "behind 1 a", "yes 1/2"),
                (0, "behind 1 b", "no full 1000 1/2"), (0, "acquire b 100", "yes 2/2"),
                (0, "acquire c", "no full 100 2/2"), (0, "behind 1 c", "no full 1000 2/2"),
                (0, "behind 2 c", "no full null 2/2"),
            ])
    }

    @Test("a limit that falls below what is in use waits for slots to drain")
    func shrinking() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":3,"lease_ms":1000}"#,
            [
                (0, "acquire a 100", "yes 1/3"), (0, "acquire b 200", "yes 2/3"),
                (0, "acquire c 300", "yes 3/3"),
                (0, #"policy {"max_concurrent":1,"lease_ms":1000}"#, "done"),
                (0, "view", "3/1 free 0 a 0-100, b 0-200, c 0-300"),
                (0, "acquire d", "no full 300 3/1"), (1, "settle a S", "counted"),
                (1, "acquire d", "no full 299 2/1"), (2, "settle b S", "counted"),
                (2, "acquire d", "no full 298 1/1"), (3, "settle c S", "counted"),
                (3, "acquire d", "yes 1/1"),
                (3, #"policy {"max_concurrent":2,"lease_ms":1000}"#, "done"),
                (3, "acquire e", "yes 2/2"),
            ])
    }

    @Test("a shorter lease of the policy holds for slots that are held")
    func shorterLease() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "acquire a", "yes 1/2"), (1, "acquire b 50", "yes 2/2"),
                (2, #"policy {"max_concurrent":2,"lease_ms":10}"#, "done"),
                (2, "view", "2/2 free 0 a 0-12, b 1-12"),
                (2, "acquire c", "no full 10 2/2"),
                (12, "advance", "done | b at 12 | a at 12"),
            ])
    }

    @Test("a reset frees all, and what was granted before settles nothing")
    func reset() throws {
        try BulkheadScript.run(
            Self.two,
            [
                (0, "acquire a 100", "yes 1/2"), (0, "acquire b", "yes 2/2"),
                (100, "reset", "freed b | a at 100"), (100, "settle b S", "stale_generation"),
                (100, "acquire c", "yes 1/2"), (100, "give b", "done"), (100, "reset", "freed c"),
                (100, "renew c", "until null"), (100, "acquire d", "yes 1/2"),
            ])
    }

    @Test("a call let in without a slot settles once its permit is there, and holds nothing")
    func withoutSlot() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":1}"#,
            [
                (0, "acquire a", "yes 1/1"), (0, "acquire b", "no full 30000 1/1"),
                (1, "settle b S", "counted"), (1, "view", "1/1 free 0 a 0-30000"),
                (1, "give b", "done"), (1, "renew b", "until null"),
                (300_000, "settle b S", "expired | a at 30000"),
            ])
    }

    @Test("as many slots as a policy may have are granted, remembered and read again")
    func bound() throws {
        var script = BulkheadScript(try .parsed(#"{"max_concurrent":10000}"#))
        for id in 0..<Bounds.slots.upperBound {
            let decision = script.state.acquire(
                script.policy, SlotRequest(id: UInt64(id)), at: .epoch)
            #expect(decision.isAllowed)
        }
        #expect(try script.take("acquire a", at: 1) == "no full 29999 10000/10000")
        #expect(script.state.view(script.policy, at: .epoch).free == 0)
        #expect(try script.state.restarted().slots.count == 10_000)
    }

    @Test("what falls due next is the end of the first slot")
    func due() throws {
        var script = BulkheadScript(try .parsed(Self.two))
        #expect(script.state.nextDue == nil)
        try script.take("acquire a 500", at: 0)
        try script.take("acquire b 400", at: 0)
        #expect(script.state.nextDue == Instant(milliseconds: 400))
        try script.take("give b", at: 0)
        #expect(script.state.nextDue == Instant(milliseconds: 500))
    }

    @Test("it is forgotten only when that changes no answer")
    func fresh() throws {
        var script = BulkheadScript(try .parsed(Self.two))
        func isFresh(at ms: Int64 = 0) -> Bool {
            script.state.isFresh(script.policy, at: Instant(milliseconds: ms))
        }
        #expect(isFresh())
        try script.take("acquire a", at: 0)
        #expect(!isFresh())
        try script.take("settle a S", at: 0)
        #expect(isFresh())
        // Permits from before a reset must be known by their generation while they are good.
        try script.take("reset", at: 0)
        #expect(!isFresh() && !isFresh(at: 299_999) && isFresh(at: 300_000))
        try script.take("acquire b", at: 299_000)
        try script.take("settle b S", at: 299_000)
        #expect(!isFresh(at: 300_000) && isFresh(at: 599_000))
    }
}
