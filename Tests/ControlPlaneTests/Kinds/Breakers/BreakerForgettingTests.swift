import GRDB
import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Keys of breakers that nobody uses")
struct BreakerForgettingTests {
    private typealias Step = (PlaneFixture) async throws -> String

    private static let spec: JSONValue = [
        "window": ["type": "consecutive"], "failure_threshold": 1, "open_duration_ms": 1000,
        "key_idle_ms": 300_000,
    ]

    /// Runs `steps` all ways.
    private func run(
        _ steps: [(Step, String)], _ location: SourceLocation = #_sourceLocation
    ) async throws {
        for way in ScriptRun.allCases {
            let fixture = try await way.fixture()
            try await fixture.put("b", Self.spec, kind: BreakerPolicy.kind)
            for (index, (step, expected)) in steps.enumerated() {
                if way == .restarted { try await fixture.restart() }
                let place = way.place(index)
                #expect(try await step(fixture) == expected, place, sourceLocation: location)
            }
            try await fixture.stop()
        }
    }

    private func view(_ key: ExactString = "k") -> Step {
        { fixture in
            let view = try fixture.plane.breakers.view("b", key)
            return "\(view.position) \(view.generation) opened \(view.timesOpened)"
        }
    }

    private func tell(_ outcome: Outcome, _ key: ExactString = "k") -> Step {
        { fixture in
            let reply = try await fixture.plane.breakers.record(
                "b", key, OutcomeReport(outcome), by: PlaneFixture.caller)
            return reply.reason?.rawValue ?? "counted"
        }
    }

    private func ask(_ key: ExactString = "k") -> Step {
        { fixture in
            let reply = try await fixture.plane.breakers.acquire(
                "b", key, reporter: nil, by: PlaneFixture.caller)
            return "\(reply.isAllowed) \(reply.position) \(reply.generation)"
        }
    }

    private func advance(_ milliseconds: Int64) -> Step {
        { fixture in
            try await fixture.advance(milliseconds)
            return ""
        }
    }

    private func sweep() -> Step {
        { fixture in
            try await fixture.sweep()
            return "\(try fixture.breaker("b").table.count)"
        }
    }

    private func force(_ position: ManualPosition, _ key: ExactString = "k") -> Step {
        { fixture in
            let view = try await fixture.plane.breakers.force(
                "b", key, position, reason: nil, by: PlaneFixture.caller)
            return "\(view.generation)"
        }
    }

    @Test("begin anew above all generations that were forgotten, swept or not")
    func anew() async throws {
        try await run([
            (tell(.failure), "counted"), (view(), "open 2 opened 1"), (advance(299_999), ""),
            (view(), "halfOpen 2 opened 1"), (sweep(), "1"), (advance(1), ""),
            (view(), "closed 3 opened 0"), (view("other"), "closed 1 opened 0"),
            (sweep(), "0"), (view(), "closed 3 opened 0"),
            // What a key had that was forgotten, no other key comes to have again, either.
            (view("other"), "closed 3 opened 0"), (ask(), "true closed 3"),
            (tell(.failure), "counted"), (view(), "open 4 opened 1"), (sweep(), "1"),
        ])
    }

    @Test("begin anew when they are used before they are swept")
    func unswept() async throws {
        try await run([
            (tell(.failure), "counted"), (advance(300_000), ""), (ask(), "true closed 3"),
            (tell(.success, "new"), "counted"), (view("new"), "closed 1 opened 0"),
            (sweep(), "2"), (view(), "closed 3 opened 0"), (advance(299_999), ""),
            (ask("new"), "true closed 1"), (advance(1), ""), (sweep(), "1"),
            (view(), "closed 4 opened 0"), (view("new"), "closed 1 opened 0"),
        ])
    }

    @Test("stay while somebody holds them, asks or tells, and the empty one for good")
    func kept() async throws {
        try await run([
            (tell(.failure, ""), "counted"), (tell(.failure), "counted"),
            (force(.forcedOpen(until: nil), "held"), "2"), (advance(200_000), ""),
            (ask(), "true halfOpen 3"), (advance(299_999), ""), (sweep(), "3"),
            (view("held"), "forcedOpen 2 opened 0"), (advance(1_000_000_000), ""),
            (view(""), "halfOpen 2 opened 1"), (view("held"), "forcedOpen 2 opened 0"),
            (sweep(), "2"), (force(.closed, "held"), "3"), (advance(300_000), ""), (sweep(), "1"),
            (view(""), "halfOpen 2 opened 1"),
        ])
    }

    @Test("leave nothing for late permits: they count nothing, and bring no key back")
    func late() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", Self.spec, kind: BreakerPolicy.kind)
        let reply = try await fixture.plane.breakers.acquire(
            "b", "k", reporter: nil, by: PlaneFixture.caller)
        let permit = try #require(reply.permit)
        try await fixture.put(
            "slots", ["max_concurrent": 1, "lease_ms": 400_000], kind: BulkheadPolicy.kind)
        try await fixture.put(
            "g",
            [
                "breaker": ["name": "b", "key": "k"],
                "bulkhead": "slots",
            ], kind: GuardPolicy.kind)
        let guarded = try await fixture.plane.guards.acquire(
            "g", GuardRequest(), by: PlaneFixture.caller)
        _ = try await fixture.plane.breakers.record(
            "b", "k", OutcomeReport(.success), by: PlaneFixture.caller)
        try await fixture.advance(300_000)
        // As good as forgotten before it is swept, and then gone.
        try await fixture.plane.permits.release(permit, by: PlaneFixture.caller)
        #expect(try fixture.plane.breakers.view("b", "k").generation == 2)
        try await fixture.sweep()
        #expect(try fixture.breaker("b").table.count == 0)
        for (text, reason) in [(permit, "expired"), (guarded.permit ?? "", "stale_generation")] {
            let answer = try await fixture.plane.permits.settle(
                text, OutcomeReport(.failure), by: PlaneFixture.caller)
            #expect(answer.reason?.rawValue == reason)
        }
        try await fixture.plane.permits.release(permit, by: PlaneFixture.caller)
        #expect(try fixture.breaker("b").table.count == 0)
        #expect(try fixture.plane.breakers.view("b", "k").generation == 2)
    }

    @Test("are kept while their rows cannot be deleted")
    func failingDisk() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", Self.spec, kind: BreakerPolicy.kind)
        #expect(try await force(.open)(fixture) == "2")
        try await fixture.advance(300_000)
        try fixture.protectDisk()
        try? await fixture.sweep()
        #expect(try fixture.breaker("b").table.count == 1)
        #expect(try await view("other")(fixture) == "closed 1 opened 0")
        try fixture.crash()
        try await fixture.start()
        #expect(try await view()(fixture) == "closed 3 opened 0")
        try await fixture.sweep()
        #expect(try fixture.breaker("b").table.count == 0)
        #expect(try await view()(fixture) == "closed 3 opened 0")
    }

    @Test("of a disabled breaker nothing is entered or changed")
    func disabled() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", Self.spec, kind: BreakerPolicy.kind, mode: "disabled")
        try await fixture.put(
            "g", ["breaker": ["name": "b", "key": "k"]], kind: GuardPolicy.kind)
        #expect(try await ask()(fixture) == "true closed 1")
        #expect(try await tell(.failure)(fixture) == "disabled")
        let answer = try await fixture.plane.guards.acquire(
            "g", GuardRequest(), by: PlaneFixture.caller)
        _ = try await fixture.plane.permits.settle(
            answer.permit ?? "", OutcomeReport(.failure), by: PlaneFixture.caller)
        #expect(try fixture.breaker("b").table.count == 0)
    }

    @Test("come and go by the hundred thousand, while all is well, and none stays")
    func healthy() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", Self.spec, kind: BreakerPolicy.kind)
        for number in 0..<100_000 {
            _ = try await fixture.plane.breakers.record(
                "b", ExactString("user:\(number)"), OutcomeReport(.success),
                by: PlaneFixture.caller)
        }
        let table = try fixture.breaker("b").table
        #expect(table.count == 100_000)
        try await fixture.sweep()
        #expect(table.count == 100_000)
        try await fixture.advance(300_000)
        for _ in 0..<20 { try await fixture.sweep() }
        #expect(table.count == 0)
        try await fixture.restart()
        #expect(try fixture.breaker("b").table.count == 0)
        #expect(try await view()(fixture) == "closed 2 opened 0")
    }

    @Test("come and go within minutes where their window forgets all that was told")
    func faded() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("b", [:], kind: BreakerPolicy.kind)
        for number in 0..<100 {
            let key = ExactString("user:\(number)")
            #expect(try await ask(key)(fixture) == "true closed 1")
            #expect(try await tell(.success, key)(fixture) == "counted")
        }
        try await fixture.sweep()
        try await fixture.advance(299_999)
        try await fixture.sweep()
        #expect(try fixture.breaker("b").table.count == 100)
        try await fixture.advance(60_000)
        try await fixture.sweep()
        #expect(try fixture.breaker("b").table.count == 0)
        #expect(try await view("user:1")(fixture) == "closed 1 opened 0")
    }
}

extension PlaneFixture {
    /// A breaker at work.
    fileprivate func breaker(_ name: String) throws -> LivePolicy<Breakers> {
        try plane.breakers.live.find(name)
    }

    /// Makes every write fail.
    fileprivate func protectDisk() throws {
        try plane.context.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA query_only = 1")
        }
    }

    /// Writes what is ahead of the disk, and forgets what nobody needs.
    fileprivate func sweep() async throws {
        // What is to be deleted must have been written before.
        for turn in 0..<2 * PlaneLimits.sweepTurns {
            plane.checkpoint(turn: turn)
            try await plane.context.store.writer.flush()
        }
    }
}
