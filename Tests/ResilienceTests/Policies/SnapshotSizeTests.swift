import Testing

@testable import Resilience

@Suite("The size of a snapshot")
struct SnapshotSizeTests {
    /// A state that grows, and one of it with so many parts.
    struct Growing: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (Int) throws -> (any Snapshot)?
    }

    private static let then = 1_700_000_000_000_000_000

    private static func read<State: Snapshot>(_ type: State.Type, _ text: String) throws -> State? {
        State(snapshot: try JSONParser.parse(text).value)
    }

    private static func list(_ count: Int, _ element: (Int) -> String) -> String {
        (0..<count).map(element).joined(separator: ",")
    }

    private static func breaker(_ log: String, _ probes: String = "") -> String {
        #"{"position":"half_open","generation":3,"since":\#(then),"used":\#(then),"#
            + #""counts":[1,0,0,0,0],"log":\#(log),"frozen":[1,2,1,0,2],"probes":[\#(probes)]}"#
    }

    static let states = [
        Growing(testDescription: "breaker, calls") { count in
            // Pages of at most sixty-four words, with a full stop between any two.
            let pages = stride(from: 0, to: count, by: 64).map { start in
                String(repeating: "f", count: 16 * min(64, count - start))
            }
            let bits = pages.joined(separator: ".")
            let log =
                #"{"size":\#(64 * count),"position":\#(64 * count),"bits":["\#(bits)","",""]}"#
            return try read(BreakerState.self, breaker(log))
        },
        Growing(testDescription: "breaker, probes") { count in
            let log = #"{"tally":[0,0,0,0]}"#
            return try read(BreakerState.self, breaker(log, list(count) { "[\($0),\(then)]" }))
        },
        Growing(testDescription: "bulkhead, slots") { count in
            let slots = list(count) { "[\($0 * 97),\(then),\(then),30000000000,\"web-\($0)\"]" }
            return try read(
                BulkheadState.self, #"{"generation":1,"at":\#(then),"slots":[\#(slots)]}"#)
        },
        Growing(testDescription: "limiter, tiers") { count in
            let meter =
                #"{"pacing":"greedy","limit":[10,10,60000000000],"calendar":null,"#
                + #""level":["500000000000","\#(then)"]}"#
            let accounts = list(count) {
                #"{"tier":"tier-\#(1000 + $0)","at":\#(then),"meters":[\#(meter)]}"#
            }
            return try read(LimiterState.self, #"{"accounts":[\#(accounts)]}"#)
        },
        Growing(testDescription: "timeout, samples") { count in
            var state = TimeoutState(at: .epoch)
            for number in 1...count { state.record(.success, .milliseconds(Int64(number))) }
            return state
        },
        Growing(testDescription: "retry, slices") { count in
            let slices = list(min(count, 10)) { "[\(1_700_000_000 + $0),12345,678]" }
            return try read(
                RetryBudgetState.self, #"{"duration":10000000000,"slices":[\#(slices)]}"#)
        },
        Growing(testDescription: "any document") { count in
            JSONValue.object([
                "key": .array((0..<count).map { .string("element \($0)") }), "null": .null,
            ])
        },
    ]

    @Test("is about that of its document", arguments: states, [1, 10, 100, 1000])
    func sizes(state: Growing, count: Int) throws {
        let state = try #require(try state.make(count))
        let size = state.snapshot.text.utf8.count
        let range = size / 2...3 * size + 512
        #expect(range.contains(state.snapshotSize), "\(state.snapshotSize) for \(size)")
    }
}
