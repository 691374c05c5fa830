import Testing

@testable import Resilience

@Suite("Bulkhead with an adaptive limit")
struct BulkheadLimitTests {
    private static let aimd =
        #"{"max_concurrent":2,"adaptive":{"algorithm":"aimd","min":1,"max":4,"#
        + #""target_latency_ms":100}}"#

    @Test("settled calls move the limit, within its bounds")
    func settled() throws {
        try BulkheadScript.run(
            Self.aimd,
            [
                (0, "acquire a", "yes 1/2"), (0, "settle a S100", "counted"),
                (0, "acquire b", "yes 1/3"), (0, "settle b S", "counted"),
                (0, "acquire b", "yes 1/3"), (0, "acquire c", "yes 2/3"),
                (0, "settle c S1", "counted"), (0, "acquire c", "yes 2/4"),
                (0, "settle c S1", "counted"), (0, "settle b S1", "counted"),
                (0, "acquire d", "yes 1/4"), (0, "settle d S101", "counted"),
                (0, "acquire d", "yes 1/3"), (0, "settle d T", "counted"),
                (0, "acquire d", "yes 1/2"), (0, "settle d F", "counted"),
                (0, "acquire d", "yes 1/2"), (0, "settle d T9", "counted"),
                (0, "acquire d", "yes 1/1"), (0, "settle d T9", "counted"),
                (0, "acquire d", "yes 1/1"), (0, "settle d X", "ignored"),
            ])
    }

    @Test("an expired slot, or one given back, moves nothing")
    func expired() throws {
        try BulkheadScript.run(
            Self.aimd,
            [
                (0, "acquire a 10", "yes 1/2"), (10, "advance", "done | a at 10"),
                (10, "settle a T", "expired"), (10, "acquire b", "yes 1/2"),
                (10, "give b", "done"), (10, "view", "0/2 free 2"),
            ])
    }

    @Test("a falling limit waits for slots to drain")
    func draining() throws {
        try BulkheadScript.run(
            Self.aimd,
            [
                (0, "acquire a", "yes 1/2"), (0, "acquire b", "yes 2/2"),
                (0, "settle a T", "counted"), (0, "view", "1/1 free 0 b 0-30000"),
                (0, "acquire c", "no full 30000 1/1"), (0, "settle b T", "counted"),
                (0, "acquire c", "yes 1/1"),
            ])
    }

    @Test("a changed policy keeps the limit, within its new bounds")
    func changed() throws {
        func policy(_ adaptive: String) -> String {
            #"policy {"max_concurrent":2,"adaptive":{\#(adaptive)}}"#
        }
        try BulkheadScript.run(
            Self.aimd,
            [
                (0, "acquire a", "yes 1/2"), (0, "settle a S1", "counted"),
                (0, "acquire a", "yes 1/3"), (0, "acquire b", "yes 2/3"),
                (0, "settle b S1", "counted"), (0, "view", "1/4 free 3 a 0-30000"),
                (0, policy(#""algorithm":"aimd","max":3"#), "done"),
                (0, "view", "1/3 free 2 a 0-30000"), (0, "settle a X", "ignored"),
                (0, policy(#""algorithm":"aimd","max":9"#), "done"), (0, "view", "0/3 free 3"),
                (0, policy(#""algorithm":"vegas","max":9"#), "done"), (0, "view", "0/2 free 2"),
                (0, "acquire a", "yes 1/2"),
                (0, policy(#""algorithm":"aimd","max":9"#), "done"),
                (0, "view", "1/2 free 1 a 0-30000"),
                (0, #"policy {"max_concurrent":7}"#, "done"), (0, "acquire b", "yes 2/7"),
            ])
    }

    @Test("what it learned is told, and forgotten with a reset")
    func told() throws {
        var script = BulkheadScript(
            try .parsed(#"{"max_concurrent":2,"adaptive":{"algorithm":"gradient2"}}"#))
        var view: BulkheadView { script.state.view(script.policy, at: .epoch) }
        #expect(view.algorithm == .gradient2)
        #expect(view.baseline == nil)
        try script.take("acquire a", at: 0)
        try script.take("settle a S40", at: 0)
        #expect(view.baseline == .milliseconds(40))
        #expect(view.limit == 2)
        #expect(!script.state.isFresh(script.policy, at: .epoch))
        try script.take("reset", at: 0)
        #expect(view.baseline == nil)
        #expect(view.algorithm == .gradient2)
    }

    @Test("what it learned is forgotten a day after the last call, and then so is the key")
    func idle() throws {
        let day: Int64 = 86_400_000
        var script = BulkheadScript(
            try .parsed(#"{"max_concurrent":2,"lease_ms":1000,"adaptive":{"algorithm":"aimd"}}"#))
        try script.take("acquire a", at: 0)
        try script.take("settle a T", at: 5)
        func limit(at ms: Int64) -> Int64 {
            script.state.view(script.policy, at: Instant(milliseconds: ms)).limit
        }
        func isFresh(at ms: Int64) -> Bool {
            script.state.isFresh(script.policy, at: Instant(milliseconds: ms))
        }
        #expect(limit(at: 4 + day) == 1 && !isFresh(at: 4 + day))
        #expect(limit(at: 5 + day) == 2 && isFresh(at: 5 + day))
        #expect(try script.take("acquire b", at: 5 + day) == "yes 1/2")
    }

    @Test("without one, how calls went moves nothing")
    func fixed() throws {
        try BulkheadScript.run(
            #"{"max_concurrent":2}"#,
            [
                (0, "acquire a", "yes 1/2"), (0, "settle a T", "counted"),
                (0, "acquire a", "yes 1/2"), (0, "settle a S1", "counted"),
                (0, "acquire a", "yes 1/2"),
            ])
    }
}
