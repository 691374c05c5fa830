import Resilience
import Synchronization
import Testing

@testable import ControlPlane

@Suite("What is freed for calls that wait for a guard")
struct GuardReleaseTests {
    /// The calls that were let in, in the order of their answers, and how many were answered.
    private final class Answers: Sendable {
        private let state = Mutex<(permits: [(user: String, permit: String)], count: Int)>(([], 0))

        func add(_ user: String, _ answer: GuardAnswer?) {
            state.withLock { state in
                state.count += 1
                if let permit = answer?.permit { state.permits.append((user, permit)) }
            }
        }

        var count: Int { state.withLock { $0.count } }

        /// The user and the permit of the call that was let in as the `index`th, once it was.
        func permit(_ index: Int) async -> (user: String, permit: String) {
            while true {
                let found = state.withLock { state in
                    index < state.permits.count ? state.permits[index] : nil
                }
                if let found { return found }
                await Task.yield()
            }
        }
    }

    /// A guard with one slot for all, which the first call holds, and a limit for each user.
    private func guarded(
        quota: Int64
    ) async throws -> (fixture: PlaneFixture, permit: String) {
        let fixture = try await PlaneFixture()
        try await fixture.put(
            "users",
            [
                "algorithm": "fixed_window",
                "limits": [["quota": .integer(quota), "period_ms": 50_000]],
            ])
        try await fixture.put("slots", ["max_concurrent": 1, "lease_ms": 600_000], kind: .bulkhead)
        try await fixture.put(
            "g", ["limiters": [["name": "users", "key": "{user}"]], "bulkhead": "slots"],
            kind: .guard)
        let answer = try await fixture.plane.guards.acquire(
            "g", GuardRequest(attributes: ["user": "first"]), by: PlaneFixture.caller)
        return (fixture, try #require(answer.permit))
    }

    /// Has calls of these users wait, one after another.
    private func wait(
        _ users: [String], _ fixture: PlaneFixture, _ answers: Answers, _ waitMs: Int64 = 60_000
    ) async throws {
        let plane = fixture.plane
        let live = try plane.guards.live.find("g")
        var before: [String: Int] = [:]
        for user in users {
            Task {
                let request = GuardRequest(
                    attributes: ["user": user], wait: .milliseconds(waitMs))
                answers.add(
                    user,
                    try? await plane.guards.acquire("g", request, by: PlaneFixture.caller))
            }
            let line = try GuardKeys(live.version, ["user": user], among: plane.context.kinds)
                .line
            before[user, default: 0] += 1
            let count = before[user] ?? 0
            while live.table.slot(of: line)?.waiters.count ?? 0 < count { await Task.yield() }
        }
    }

    @Test(
        "costs about what it frees, however many wait, and goes to who came first",
        arguments: [(100, 1), (100, 50), (5000, 1), (5000, 50)])
    func release(waiting: Int, inLine: Int) async throws {
        let (fixture, first) = try await guarded(quota: 1_000_000)
        let answers = Answers()
        let users = (0..<waiting).map { "u\($0 / inLine)" }
        try await wait(users, fixture, answers)
        let guards = fixture.plane.guards
        // Each call that begins to wait has its line looked after, before and after it joins.
        let settled = 2 * waiting - waiting / inLine
        while guards.retrials.load(ordering: .relaxed) < settled { await Task.yield() }
        var permit = first
        for round in 0..<20 {
            let before = guards.retrials.load(ordering: .relaxed)
            _ = try await fixture.plane.permits.settle(
                permit, OutcomeReport(.success), by: PlaneFixture.caller)
            let next = await answers.permit(round)
            #expect(next.user == users[round])
            permit = next.permit
            // The one that is let in, and the next, which is not.
            #expect(guards.retrials.load(ordering: .relaxed) - before <= 2, "round \(round)")
        }
        fixture.plane.dismissWaiters()
        while answers.count < waiting { await Task.yield() }
        #expect(fixture.plane.guards.blocked.withLock { $0.count } == 0)
    }

    @Test("does not concern those that their own limiter denies for longer")
    func otherObstacle() async throws {
        let (fixture, first) = try await guarded(quota: 1)
        let answers = Answers()
        // Each of them has used up its limit once; then all of them wait for a window to end.
        let users = (0..<200).map { "u\($0)" }
        for user in users { try await fixture.acquire("users", ExactString(user)) }
        try await wait(users, fixture, answers)
        let guards = fixture.plane.guards
        let before = guards.retrials.load(ordering: .relaxed)
        _ = try await fixture.plane.permits.settle(
            first, OutcomeReport(.success), by: PlaneFixture.caller)
        #expect(guards.retrials.load(ordering: .relaxed) == before)
        // Their windows end at one instant, at which one of them finds the slot.
        try await fixture.advance(50_000)
        #expect(await answers.permit(0).user == "u0")
        #expect(answers.count == 1)
        fixture.plane.dismissWaiters()
        while answers.count < users.count { await Task.yield() }
    }

    @Test("is found by all at their deadlines, which come at one instant")
    func deadlines() async throws {
        let (fixture, _) = try await guarded(quota: 1_000_000)
        let answers = Answers()
        try await wait((0..<300).map { "u\($0 / 3)" }, fixture, answers, 20_000)
        try await fixture.advance(20_000)
        while answers.count < 300 { await Task.yield() }
        #expect(fixture.plane.context.waiters.isAnyone == false)
        #expect(fixture.plane.guards.blocked.withLock { $0.count } == 0)
    }
}
