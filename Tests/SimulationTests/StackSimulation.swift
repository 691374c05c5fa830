import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

/// Limiters, breakers, bulkheads, retries and timeouts, asked by themselves and by guards, over
/// hours of policy time that follow from one seed.
///
/// After each step it holds the plane to what was seen of it: tokens to what the limits grant,
/// slots to a list kept beside them, probes to their permits, the history to the states, and what
/// a denied guard leaves to what was there before.
struct StackSimulation {
    static let keys: [ExactString] = ["a", "b"]
    static let caller = Caller(actor: "sim")

    private let folder: TemporaryFolder
    private(set) var plane: Plane
    var random: SplitMix64
    private var grants = GrantLedger()
    var slots = SlotLedger()
    let waiting = WaitingCalls()
    private var events = EventLedger()
    private var budget = BudgetLedger(windowMs: 10_000)
    var permits: [String] = []
    /// The attempt of each permit that a guard gave.
    var attempts: [String: Int64] = [:]
    private var halfOpenPermits: Int64 = 2

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix64(seed: seed)
        plane = try await Self.start(folder)
        _ = try await plane.policies.apply(
            Self.policies(maximumConcurrent: 3, quota: 6, strict: seed % 2 == 0), prune: false,
            dryRun: false, by: Self.caller)
    }

    /// Takes so many random steps, and holds the plane to what was seen after each.
    mutating func run(steps: Int) async throws {
        for _ in 0..<steps {
            try await take()
            await noteTold()
            slots.advance(to: plane.now)
            try await hold()
        }
        try await restart()
        try await hold()
        try await plane.stop()
    }

    private static func start(_ folder: TemporaryFolder) async throws -> Plane {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        return try await Plane(configuration)
    }

    private static func policies(
        maximumConcurrent: Int64, quota: Int64, strict: Bool
    ) -> [JSONValue] {
        [
            policy(
                "limiter", "users",
                [
                    "limits": [["quota": .integer(quota), "period_ms": 60_000]],
                    "durability": .string(strict ? "strict" : "relaxed"),
                ]),
            policy(
                "limiter", "paced",
                ["algorithm": "leaky_bucket", "limits": [["quota": 30, "burst": 3]]]),
            policy(
                "limiter", "orgs",
                ["algorithm": "sliding_window", "limits": [["quota": 9, "period_ms": 30_000]]]),
            policy(
                "breaker", "up",
                [
                    "window": ["type": "count", "size": 6], "minimum_calls": 3,
                    "open_duration_ms": 20_000, "half_open_permits": 2, "success_threshold": 2,
                    "probe_timeout_ms": 15_000,
                ]),
            policy(
                "bulkhead", "slots",
                [
                    "max_concurrent": .integer(maximumConcurrent), "lease_ms": 25_000,
                    "max_queue": 4, "max_wait_ms": 40_000,
                    "durability": .string(strict ? "strict" : "relaxed"),
                ]),
            policy(
                "retry", "again",
                [
                    "max_attempts": 3,
                    "budget": ["ratio": 0.5, "min_per_second": 0.2, "window_ms": 10_000],
                ]),
            policy("timeout", "soon", ["timeout_ms": 4000, "adaptive": ["minimum_samples": 5]]),
            policy(
                "guard", "checkout",
                [
                    "limiters": [
                        ["name": "users", "key": "{user}"], ["name": "orgs", "key": "all"],
                        ["name": "paced", "key": "{user}"],
                    ],
                    "bulkhead": ["name": "slots", "key": "{host}"],
                    "breaker": ["name": "up", "key": "{host}"], "retry": "again",
                    "timeout": "soon",
                ]),
        ]
    }

    static func policy(_ kind: String, _ name: String, _ spec: JSONValue) -> JSONValue {
        ["kind": .string(kind), "name": .string(name), "spec": spec]
    }

    private mutating func take() async throws {
        let key = Self.keys.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<116, using: &random) {
        case 0..<34: try await askGuard(key)
        case 34..<40: try await askLimiter(key)
        case 40..<46: try await askBreaker(key)
        case 46..<54: try await askBulkhead(key)
        case 54..<72: try await settle()
        case 72..<76: try await giveBack()
        case 76..<79: try await renew()
        case 79..<81: try await force(key)
        case 81..<83: try await put()
        case 83: try await reset(key)
        case 84: try await resetAndCrash(key)
        case 85..<88: try await restart()
        case 88..<91: try sweep()
        case 91..<100: waitForGuard(key)
        case 100..<105: waitForBulkhead(key)
        case 105: try await deleteGuard(key)
        case 106: try await deleteBulkhead()
        default: try await advance()
        }
    }

    // MARK: Asking

    private mutating func askGuard(_ key: ExactString) async throws {
        let user = Self.keys.randomElement(using: &random) ?? ""
        let before = try look()
        let request = GuardRequest(
            attributes: ["user": user.text, "host": key.text],
            cost: .random(in: 0...3, using: &random), attempt: .random(in: 1...3, using: &random))
        let answer = try await plane.guards.acquire("checkout", request, by: Self.caller)
        guard let permit = answer.permit else {
            try hold(before, "a denied call left something behind")
            return
        }
        permits.append(permit)
        attempts[permit] = request.attempt
        note(answer, permit, key, at: plane.now)
    }

    /// Notes what a guard's answer was charged.
    mutating func note(
        _ answer: GuardAnswer, _ permit: String, _ key: ExactString, at instant: Instant
    ) {
        for step in answer.steps {
            switch step.reply {
            case .limiter(let answer): spend(answer, at: instant)
            case .bulkhead(let reply): hold(reply, permit, key)
            case .breaker: break
            }
        }
    }

    private mutating func askLimiter(_ key: ExactString) async throws {
        let request = LimiterRequest(key: key, cost: .random(in: 0...3, using: &random))
        spend(
            try await plane.limiters.acquire("users", request, by: Self.caller), at: plane.now)
    }

    private mutating func askBreaker(_ key: ExactString) async throws {
        let reply = try await plane.breakers.acquire("up", key, reporter: nil, by: Self.caller)
        if let permit = reply.permit { permits.append(permit) }
    }

    private mutating func askBulkhead(_ key: ExactString) async throws {
        let lease = Timespan.milliseconds(.random(in: 1...30_000, using: &random))
        let request = BulkheadRequest(key: key, wait: .zero, lease: lease, holder: "sim")
        let reply = try await plane.bulkheads.acquire("slots", request, by: Self.caller)
        guard let permit = reply.permit else {
            let taken = Int64(slots.ends(key).count) + reply.queued
            return #expect(taken >= reply.limit, "denied beside a free slot")
        }
        permits.append(permit)
        hold(reply, permit, key)
    }

    private mutating func spend(_ answer: LimiterAnswer, at instant: Instant) {
        guard answer.isAllowed else { return }
        grants.add(answer, at: instant)
    }

    mutating func hold(_ reply: BulkheadReply, _ permit: String, _ key: ExactString) {
        guard let slot = reply.slot else { return }
        slots.grant(permit, key, until: slot.expiresAt, limit: reply.limit)
    }

    // MARK: Permits

    private mutating func settle() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .success
        var report = OutcomeReport(
            outcome, duration: .milliseconds(.random(in: 1...9000, using: &random)))
        report.status = 503
        let reply = try await plane.permits.settle(permit, report, by: Self.caller)
        slots.free(permit)
        note(reply, outcome, permit)
        if outcome == .success || outcome == .ignored { #expect(reply.retry == nil) }
        let again = try await plane.permits.settle(permit, report, by: Self.caller)
        #expect(again.reason != nil, "a permit counted twice")
        if Bool.random(using: &random) { permits.removeAll { $0 == permit } }
    }

    /// Notes what a guard's settling comes to for the retry budget. A breaker that has gone on
    /// since does not count the outcome, but the call was made.
    private mutating func note(_ reply: SettlementReply, _ outcome: Outcome, _ permit: String) {
        let isOver = ["duplicate", "expired"].contains(reply.reason) && reply.retry == nil
        guard let attempt = attempts[permit], outcome != .ignored, reply.isOfGuard, !isOver else {
            return
        }
        if attempt == 1 { budget.noteFirst(at: plane.now) }
        if reply.retry?.decision.retries == true { budget.noteRetry(at: plane.now) }
    }

    private mutating func giveBack() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        try await plane.permits.giveBack(permit, by: Self.caller)
        slots.free(permit)
    }

    private mutating func renew() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        let held = slots.slots.contains { $1.contains { $0.permit == permit } }
        do {
            _ = try await plane.permits.renew(permit, for: nil, by: Self.caller)
            slots.renew(permit, until: plane.now + .milliseconds(25_000))
        } catch let error as PlaneError {
            // A guard's permit may hold a probe too, without which the slot is not renewed.
            let isOfGuard = attempts[permit] != nil
            #expect(
                error.code == .conflict && (!held || isOfGuard),
                "a slot that is held cannot be renewed")
        }
    }

    // MARK: What operators do

    private mutating func force(_ key: ExactString) async throws {
        let until = plane.now + .seconds(.random(in: 1...90, using: &random))
        let positions: [ManualPosition] = [
            .open, .closed, .forcedOpen(until: until), .forcedClosed(until: until),
        ]
        _ = try await plane.breakers.force(
            "up", key, positions.randomElement(using: &random) ?? .open, reason: nil,
            by: Self.caller)
    }

    private mutating func put() async throws {
        _ = try await plane.policies.apply(
            Self.policies(
                maximumConcurrent: .random(in: 1...4, using: &random),
                quota: .random(in: 3...9, using: &random), strict: .random(using: &random)),
            prune: false, dryRun: false, by: Self.caller)
        for key in Self.keys { grants.forget("users", key) }
    }

    private mutating func reset(_ key: ExactString) async throws {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            _ = try await plane.breakers.reset("up", key, reason: nil, by: Self.caller)
        case 1:
            _ = try await plane.bulkheads.reset("slots", key, reason: nil, by: Self.caller)
            slots.clear(key)
        default:
            _ = try await plane.limiters.reset("users", key, reason: nil, by: Self.caller)
            grants.forget("users", key)
        }
    }

    /// Resets while everything is written, and ends as a crash would when that is answered.
    private mutating func resetAndCrash(_ key: ExactString) async throws {
        // A slot that came free for somebody who waits would be newer than the checkpoint.
        plane.dismissWaiters()
        await noteTold()
        #expect(waiting.waiting.isEmpty)
        let (plane, kind) = (plane, Int.random(in: 0..<5, using: &random))
        let key = Bool.random(using: &random) ? key : nil
        async let count = Self.reset(kind, key, plane)
        for turn in 0..<PlaneLimits.shards { plane.checkpoint(turn: turn) }
        _ = try await count
        switch kind {
        case 1: slots.clear(key)
        case 2: for key in key.map({ [$0] }) ?? Self.keys { grants.forget("users", key) }
        case 3: budget = BudgetLedger(windowMs: 10_000)
        default: break
        }
        let before = try look()
        try plane.context.store.close()
        self.plane = try await Self.start(folder)
        try hold(before, "a crash undid something that was answered")
    }

    private static func reset(_ kind: Int, _ key: ExactString?, _ plane: Plane) async throws -> Int
    {
        switch kind {
        case 0: try await plane.breakers.reset("up", key, reason: nil, by: caller)
        case 1: try await plane.bulkheads.reset("slots", key, reason: nil, by: caller)
        case 2: try await plane.limiters.reset("users", key, reason: nil, by: caller)
        case 3: try await plane.retries.reset("again", reason: nil, by: caller)
        default: try await plane.timeouts.reset("soon", reason: nil, by: caller)
        }
    }

    // MARK: Time

    private mutating func advance() async throws {
        let spans: [Int64] = [1, 900, 5000, 15_000, 20_000, 60_000, 300_000]
        let span = spans.randomElement(using: &random) ?? 1
        _ = try await plane.advance(by: .milliseconds(span))
    }

    private mutating func sweep() throws {
        let before = try look()
        for turn in 0..<PlaneLimits.shards { plane.checkpoint(turn: turn) }
        try hold(before, "forgetting changed an answer")
    }

    private mutating func restart() async throws {
        let before = try look()
        try await plane.stop()
        // Those who waited are told that it stops.
        await noteTold()
        #expect(waiting.waiting.isEmpty)
        plane = try await Self.start(folder)
        try hold(before, "a restart changed an answer")
    }

    // MARK: What must hold

    /// What every key would be answered, in lines.
    private func look() throws -> [String] {
        var lines = [try limiter("orgs", "all")]
        for key in Self.keys {
            lines += [try limiter("users", key), try limiter("paced", key)]
            let breaker = try plane.breakers.view("up", key)
            // A breaker that has seen nothing has been closed since it was asked for first.
            let since = breaker.position == .closed ? "" : breaker.since.timestamp
            lines.append("\(key): \(breaker.position) \(since) \(breaker.probesInFlight)")
            let bulkhead = try plane.bulkheads.status("slots", key).view
            let ends = bulkhead.slots.map(\.expiresAt.timestamp)
            lines.append("\(key): \(bulkhead.limit) \(ends)")
        }
        return lines
    }

    private func hold(_ before: [String], _ fault: Comment) throws {
        #expect(try look() == before, fault)
    }

    private func limiter(_ name: String, _ key: ExactString) throws -> String {
        let figures = try #require(
            try plane.limiters.peek(name, LimiterRequest(key: key)).decision.tightest)
        return "\(key): \(figures.remaining) \(figures.reset.nanoseconds)"
    }

    private mutating func hold() async throws {
        try await events.readOn(plane)
        for key in Self.keys {
            let bulkhead = try plane.bulkheads.status("slots", key).view
            #expect(bulkhead.slots.map(\.expiresAt).sorted() == slots.ends(key))
            let breaker = try plane.breakers.view("up", key)
            #expect(breaker.probesInFlight <= halfOpenPermits)
            // Minutes are too short a time to forget a key.
            #expect(breaker.generation == events.generation("up/\(key)"))
            #expect(breaker.timesOpened == events.opened["up/\(key)"] ?? 0)
        }
        try holdWaiting()
        let view = try #require(try plane.retries.budget("again"))
        #expect([view.firstAttempts, view.retries] == budget.counts(at: plane.now))
        #expect(events.counts["bulkhead.lease_expired"] ?? 0 == slots.expired)
    }
}
