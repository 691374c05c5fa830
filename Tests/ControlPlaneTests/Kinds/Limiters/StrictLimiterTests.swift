import GRDB
import Resilience
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Strict limiters at work")
struct StrictLimiterTests {
    private typealias Script = PlaneScript

    private static func spec(_ quota: Int64, _ algorithm: String = "token_bucket") -> JSONValue {
        [
            "algorithm": .string(algorithm), "limits": [["quota": .integer(quota)]],
            "durability": "strict",
        ]
    }

    /// How many calls were answered.
    private final class Answered: Sendable {
        private let state = Mutex(0)
        func add() { state.withLock { $0 += 1 } }
        var count: Int { state.withLock { $0 } }
    }

    /// Has every write of a state fail, or succeed again.
    private func failWrites(_ fixture: PlaneFixture, _ isFailing: Bool) throws {
        let trigger =
            isFailing
            ? """
            CREATE TEMP TRIGGER broken BEFORE INSERT ON main.states
            BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END
            """ : "DROP TRIGGER broken"
        try fixture.plane.context.store.pool.writeWithoutTransaction {
            try $0.execute(sql: trigger)
        }
    }

    /// Does `body` while nothing can be written.
    private func whileWriterIsHeld(
        _ fixture: PlaneFixture, _ body: () async throws -> Void
    ) async throws {
        let pool = fixture.plane.context.store.pool
        let held = await HeldThread { hold in pool.writeWithoutTransaction { _ in hold() } }
        defer { held.letGo() }
        try await body()
    }

    @Test("answer as others do, also when stopped gracefully and started between every two steps")
    func graceful() async throws {
        for durability in ["relaxed", "strict"] as [JSONValue] {
            let limits: JSONValue = [["quota": 100, "period_ms": 10000]]
            try await Script.run(
                ["limits": limits, "durability": durability],
                [
                    (Script.acquire(), "yes default 100 99 100 -"),
                    (Script.acquire(cost: 40), "yes default 100 59 4100 -"),
                    (Script.refund(10), "10: yes default 100 69 3100 -"),
                    (Script.advance(50), "50"),
                    (Script.acquire(cost: 70), "no default 100 69 3050 50 rate_limited"),
                    (Script.acquire(cost: 69), "yes default 100 0 9950 -"),
                    (Script.advance(9950), "10000"),
                    (Script.acquire(), "yes default 100 99 100 -"),
                    (
                        Script.put(["limits": limits, "durability": "relaxed"]),
                        durability == "strict" ? "updated" : "unchanged"
                    ),
                    (Script.acquire(cost: 50), "yes default 100 49 5100 -"),
                    (Script.reset(), "1"), (Script.peek(), "yes default 100 100 0 -"),
                    (Script.sweep(), "swept"),
                    (Script.acquire(cost: 100), "yes default 100 0 10000 -"),
                ])
        }
    }

    @Test(
        "grant no token twice though the server crashes between any two calls",
        arguments: ["token_bucket", "fixed_window", "sliding_window"], [5, 100] as [Int64])
    func crashes(algorithm: String, quota: Int64) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(quota, algorithm))
        var (granted, crashes): (Int64, Int64) = (0, 0)
        while try await fixture.acquire("api").isAllowed {
            granted += 1
            guard granted % 3 == 0 else { continue }
            crashes += 1
            try fixture.crash()
            try await fixture.start()
        }
        #expect(granted <= quota)
        #expect(granted >= quota - crashes * (quota / 32))
        try fixture.crash()
        try await fixture.start()
        #expect(try await fixture.acquire("api").isAllowed == false)
    }

    @Test("are answered only when it is on disk, and others at once")
    func onDisk() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(100))
        try await fixture.put("other", ["limits": [["quota": 1]]])
        let limiters = fixture.plane.limiters
        let answered = Answered()
        var calls: [Task<Bool, any Error>] = []
        try await whileWriterIsHeld(fixture) {
            // The second is covered by what the first has reserved, which is not on disk yet.
            for left in [99, 98] as [Int64] {
                calls.append(
                    Task {
                        let answer = try await limiters.acquire(
                            "api", LimiterRequest(key: "k"), by: PlaneFixture.caller)
                        answered.add()
                        return answer.isAllowed
                    })
                while try fixture.peek("api").decision.tightest?.remaining != left {
                    await Task.yield()
                }
            }
            #expect(try await fixture.acquire("other").isAllowed)
            #expect(try await fixture.acquire("other").isAllowed == false)
            for _ in 0..<1000 { await Task.yield() }
            #expect(answered.count == 0)
        }
        for call in calls { #expect(try await call.value) }
        // What is reserved and on disk is granted at once.
        try await whileWriterIsHeld(fixture) {
            let third = try await fixture.acquire("api")
            #expect(third.isAllowed)
        }
    }

    @Test("a call that waited is answered only when it is on disk")
    func waiting() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(1))
        try await fixture.acquire("api")
        let limiters = fixture.plane.limiters
        let answered = Answered()
        let call = Task {
            let answer = try await limiters.acquire(
                "api", LimiterRequest(key: "k", wait: .seconds(60)), by: PlaneFixture.caller)
            answered.add()
            return answer
        }
        let limiter = try limiters.live.find("api")
        while limiter.table.slot(of: "k")?.waiters.isEmpty != false { await Task.yield() }
        let clock = try #require(fixture.plane.context.clock as? ManualClock)
        try await whileWriterIsHeld(fixture) {
            clock.move(to: clock.now() + .seconds(60))
            limiters.pump(limiter, "k")
            #expect(limiter.table.slot(of: "k")?.waiters.isEmpty == true)
            for _ in 0..<1000 { await Task.yield() }
            #expect(answered.count == 0)
        }
        #expect(try await call.value.waited == .seconds(60))
    }

    @Test("are refused while nothing can be stored, which costs nothing, and then go on")
    func brokenDisk() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(100))
        try await fixture.put("other", ["limits": [["quota": 1]]])
        try await fixture.acquire("api", "known", cost: 10)
        try failWrites(fixture, true)
        for key in ["new", "known"] as [ExactString] {
            for _ in 0..<3 {
                await expectRefusal(.storageUnavailable) {
                    try await fixture.acquire("api", key, cost: 50)
                }
            }
        }
        #expect(try fixture.peek("api", "new").decision.tightest?.remaining == 100)
        #expect(try fixture.peek("api", "known").decision.tightest?.remaining == 90)
        // Denials and looks need no disk, nor do others.
        #expect(try await fixture.acquire("api", "new", cost: 101).isAllowed == false)
        #expect(try await fixture.acquire("api", "new", cost: 0).isAllowed)
        #expect(try await fixture.acquire("other").isAllowed)
        #expect(try fixture.plane.limiters.stats("api").totals == [2, 1, 0, 0, 10])
        try failWrites(fixture, false)
        #expect(try await fixture.acquire("api", "known", cost: 90).isAllowed)
        try fixture.crash()
        try await fixture.start()
        #expect(try await fixture.acquire("api", "known").isAllowed == false)
    }

    @Test("a refund is in the order of the grants around it")
    func refunds() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(20))
        var granted: Int64 = 0
        for _ in 0..<10 {
            for _ in 0..<4 where try await fixture.acquire("api").isAllowed { granted += 1 }
            _ = try await fixture.plane.limiters.refund(
                "api", LimiterRequest(key: "k"), by: PlaneFixture.caller)
            granted -= 1
            try fixture.crash()
            try await fixture.start()
            #expect(granted <= 20)
            let left = try #require(try fixture.peek("api").decision.tightest).remaining
            #expect(left == 20 - granted)
        }
    }

    @Test("without enforcement nothing waits for the disk")
    func shadow() async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(5), mode: "shadow")
        try await whileWriterIsHeld(fixture) {
            for _ in 0..<6 {
                let answer = try await fixture.acquire("api")
                #expect(answer.isAllowed)
            }
        }
    }

    @Test("a thousand calls at once get no more than there is", arguments: ["k", "k%d"])
    func concurrently(pattern: String) async throws {
        let fixture = try await PlaneFixture()
        try await fixture.put("api", Self.spec(pattern == "k" ? 300 : 30))
        let limiters = fixture.plane.limiters
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<1000 {
                let key = ExactString(pattern.replacing("%d", with: "\(number % 10)"))
                group.addTask {
                    try await limiters.acquire(
                        "api", LimiterRequest(key: key), by: PlaneFixture.caller
                    ).isAllowed
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 300)
        try fixture.crash()
        try await fixture.start()
        for number in 0..<10 {
            let key = ExactString(pattern.replacing("%d", with: "\(number)"))
            #expect(try await fixture.acquire("api", key).isAllowed == false)
        }
    }
}
