import Resilience
import Synchronization
import Store
import Testing

@testable import ControlPlane

@Suite("Calls that wait")
struct WaitingTests {
    private static let tenASecond: JSONValue = ["limits": [["quota": 10, "period_ms": 1000]]]

    /// Answers in the order in which they came.
    private final class Answers: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    /// How many wait for a key.
    private func waiting(_ fixture: PlaneFixture, _ key: ExactString = "k") throws -> Int {
        try fixture.plane.limiters.live.find("api").table
            .applyIfPresent(key) { $0.waiters.count } ?? 0
    }

    /// Has a call wait, and returns once it does.
    private func wait(
        _ fixture: PlaneFixture, _ name: String, _ answers: Answers, cost: Int64 = 1,
        ms: Int64 = 60_000
    ) async throws -> Task<Void, Never> {
        let count = try waiting(fixture)
        let limiters = fixture.plane.limiters
        let task = Task {
            let request = LimiterRequest(key: "k", cost: cost, wait: .milliseconds(ms))
            do {
                let answer = try await limiters.acquire("api", request, by: PlaneFixture.caller)
                answers.add(
                    "\(name) \(answer.isAllowed ? "yes" : "no") \(answer.waited.milliseconds)")
            } catch let error as PlaneError {
                answers.add("\(name) \(error.code.rawValue)")
            } catch { answers.add("\(name) \(error)") }
        }
        while try waiting(fixture) == count, !answers.all.contains(where: { $0.hasPrefix(name) }) {
            await Task.yield()
        }
        return task
    }

    private func drained() async throws -> PlaneFixture {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.tenASecond)
        try await fixture.acquire("api", cost: 10)
        return fixture
    }

    @Test("are answered in the order they came, each at its time")
    func order() async throws {
        let fixture = try await drained()
        let answers = Answers()
        var tasks: [Task<Void, Never>] = []
        for (name, cost) in [("a", 5), ("b", 1), ("c", 2)] as [(String, Int64)] {
            tasks.append(try await wait(fixture, name, answers, cost: cost))
        }
        try await fixture.advance(499)
        #expect(answers.all.isEmpty)
        try await fixture.advance(1000)
        for task in tasks { await task.value }
        #expect(Set(answers.all) == ["a yes 500", "b yes 600", "c yes 800"])
        #expect(try fixture.plane.limiters.stats("api").totals == [4, 0, 3, 0, 18])
    }

    @Test("are not overtaken, and a call that could not be served in time is told at once")
    func newcomers() async throws {
        let fixture = try await drained()
        let answers = Answers()
        let first = try await wait(fixture, "a", answers, cost: 5)
        try await fixture.advance(300)
        let newcomer = try await fixture.acquire("api")
        #expect(newcomer.decision.denial == Denial(.rateLimited, retryAfter: .milliseconds(300)))
        let short = try await fixture.acquire("api", cost: 1, waitMs: 299)
        #expect(!short.isAllowed && short.waited == .zero)
        let second = try await wait(fixture, "b", answers, ms: 300)
        #expect(answers.all.isEmpty)
        try await fixture.advance(300)
        await first.value
        await second.value
        #expect(Set(answers.all) == ["a yes 500", "b yes 300"])
    }

    @Test("take nothing when they are given up, and let the next on")
    func cancellation() async throws {
        let fixture = try await drained()
        let answers = Answers()
        let first = try await wait(fixture, "a", answers, cost: 10)
        let second = try await wait(fixture, "b", answers)
        try await fixture.advance(100)
        #expect(answers.all.isEmpty)
        first.cancel()
        await first.value
        await second.value
        // Their tasks go on side by side.
        #expect(Set(answers.all) == ["a CancellationError()", "b yes 100"])
        #expect(try waiting(fixture) == 0)
        #expect(try fixture.peek("api").line == "no default 10 0 1000 100 rate_limited")
        #expect(fixture.plane.context.waiters.isAnyone == false)
    }

    @Test(
        "are looked after when something that concerns them changes",
        arguments: [
            "reset", "refund", "policy", "mode", "assignment", "deletion", "stop",
        ])
    func woken(by cause: String) async throws {
        let fixture = try await drained()
        let answers = Answers()
        let task = try await wait(fixture, "a", answers, cost: 10)
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        switch cause {
        case "reset":
            _ = try await plane.limiters.reset("api", "k", reason: nil, by: caller)
        case "refund":
            _ = try await plane.limiters.refund(
                "api", LimiterRequest(key: "k", cost: 10), by: caller)
        case "policy":
            try await fixture.put("api", ["limits": [["quota": 20, "period_ms": 1000]]])
        case "mode": try await fixture.put("api", Self.tenASecond, mode: "disabled")
        case "assignment":
            _ = try await plane.limiters.assign("api", "k", ["unlimited": true], by: caller)
        case "deletion": try await plane.policies.delete(LimiterPolicy.kind, "api", by: caller)
        default: plane.dismissWaiters()
        }
        await task.value
        let expected = ["deletion": "a not_found", "stop": "a overloaded"][cause] ?? "a yes 0"
        #expect(answers.all == [expected])
    }

    @Test("are let in when the assignment ends that denies them, in one line whatever their tiers")
    func assignmentEnds() async throws {
        let fixture = try await drained()
        let end = (ManualClock.beginning + .milliseconds(1500)).timestamp
        let own: JSONValue = [
            "limits": [["quota": 1, "period_ms": 60_000]], "expires_at": .string(end),
        ]
        _ = try await fixture.plane.limiters.assign("api", "k", own, by: PlaneFixture.caller)
        try await fixture.acquire("api")
        let answers = Answers()
        // None is left of its own until a minute is over; of the others all are back by the end.
        let first = try await wait(fixture, "a", answers, cost: 10, ms: 1500)
        let second = try await wait(fixture, "b", answers, ms: 1600)
        #expect(try await fixture.acquire("api").decision.denial?.retryAfter == .milliseconds(1700))
        try await fixture.advance(1499)
        #expect(answers.all.isEmpty)
        try await fixture.advance(101)
        await first.value
        await second.value
        #expect(Set(answers.all) == ["a yes 1500", "b yes 1600"])
    }

    @Test("are at most so many for a key, and none once the server stops")
    func bounds() async throws {
        let fixture = try await drained()
        let answers = Answers()
        for number in 0..<PlaneLimits.waitersPerKey {
            _ = try await wait(fixture, "w\(number)", answers)
        }
        let denied = try await fixture.acquire("api", waitMs: 60_000)
        #expect(denied.line == "no default 10 0 1000 10100 rate_limited")
        #expect(try waiting(fixture) == PlaneLimits.waitersPerKey)
        fixture.plane.dismissWaiters()
        await expectRefusal(.overloaded) { try await fixture.acquire("api", waitMs: 60_000) }
        while answers.all.count < PlaneLimits.waitersPerKey { await Task.yield() }
        #expect(Set(answers.all.map { $0.split(separator: " ")[1] }) == ["overloaded"])
    }

    @Test("are at most so many over all keys: the next is denied at once, whatever its kind")
    func boundOverAllKeys() async throws {
        let fixture = try await drained()
        let (plane, caller) = (fixture.plane, PlaneFixture.caller)
        try await fixture.put(
            "db", ["max_concurrent": 1, "max_queue": 5, "max_wait_ms": 60_000],
            kind: BulkheadPolicy.kind)
        try await fixture.put(
            "both", ["limiters": [["name": "api", "key": "g"]]], kind: GuardPolicy.kind)
        _ = try await plane.bulkheads.acquire("db", BulkheadRequest(key: "k"), by: caller)
        try await fixture.acquire("api", "g", cost: 10)
        for _ in 0..<PlaneLimits.waiters { #expect(try plane.context.waiters.enter()) }
        let limited = try await fixture.acquire("api", waitMs: 60_000)
        #expect(limited.line == "no default 10 0 1000 100 rate_limited")
        let slot = try await plane.bulkheads.acquire(
            "db", BulkheadRequest(key: "k", wait: .seconds(60)), by: caller)
        #expect(slot.denial?.reason == .queueFull)
        let guarded = try await plane.guards.acquire(
            "both", GuardRequest(wait: .seconds(60)), by: caller)
        #expect(guarded.deniedBy?.reason == "rate_limited")
        #expect(guarded.retryAfter == .milliseconds(100))
        plane.context.waiters.leave()
        let answers = Answers()
        let task = try await wait(fixture, "a", answers)
        try await fixture.advance(100)
        await task.value
        #expect(answers.all == ["a yes 100"])
    }

    @Test("are told no when their wait is over and others were before them")
    func deadline() async throws {
        let fixture = try await drained()
        let answers = Answers()
        let task = try await wait(fixture, "a", answers, ms: 500)
        try await fixture.put("api", ["limits": [["quota": 1, "period_ms": 1000]]])
        try await fixture.advance(500)
        await task.value
        #expect(answers.all == ["a no 500"])
    }
}
