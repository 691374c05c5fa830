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

    let folder: TemporaryFolder
    /// Where states are, with every third seed: it makes each change twice.
    let elsewhere: LateEngine?
    var plane: Plane
    var random: SplitMix64
    var grants = GrantLedger()
    var slots = SlotLedger()
    let waiting = WaitingCalls()
    private var events = EventLedger()
    var budget = BudgetLedger(windowMs: 10_000)
    var permits: [String] = []
    /// The attempt of each permit that a guard gave.
    var attempts: [String: Int64] = [:]
    private var halfOpenPermits: Int64 = 2
    private var madeTwice = 0

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix64(seed: seed)
        elsewhere = seed % 3 == 0 ? LateEngine() : nil
        plane = try await Self.start(folder, elsewhere)
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
            if elsewhere != nil {
                var twice = MadeTwice(plane)
                try twice.hold()
                madeTwice += twice.compared
            }
        }
        try await restart()
        try await hold()
        try await plane.stop()
        if let elsewhere {
            #expect(elsewhere.differences == [])
            #expect(elsewhere.changes > steps / 10)
            #expect(madeTwice > steps)
        }
    }

    static func start(_ folder: TemporaryFolder, _ elsewhere: LateEngine?) async throws -> Plane {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        configuration.elsewhere = elsewhere
        return try await Plane(configuration)
    }

    private mutating func take() async throws {
        let key = Self.keys.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<116, using: &random) {
        case 0..<34: try await askGuard(key)
        case 34..<40: try await askLimiter(key)
        case 40..<46: try await askBreaker(key)
        case 46..<54: try await askBulkhead(key)
        case 54..<72: try await settle()
        case 72..<76: try await release()
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
            case let answer as LimiterAnswer: spend(answer, at: instant)
            case let reply as BulkheadReply: hold(reply, permit, key)
            default: break
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

    mutating func spend(_ answer: LimiterAnswer, at instant: Instant) {
        guard answer.isAllowed else { return }
        grants.add(answer, at: instant)
    }

    mutating func hold(_ reply: BulkheadReply, _ permit: String, _ key: ExactString) {
        guard let slot = reply.slot else { return }
        slots.grant(permit, key, until: slot.expiresAt, limit: reply.limit)
    }

    // MARK: Time

    private mutating func advance() async throws {
        let spans: [Int64] = [1, 900, 5000, 15_000, 20_000, 60_000, 300_000]
        let span = spans.randomElement(using: &random) ?? 1
        _ = try await plane.advance(by: .milliseconds(span))
    }

    private mutating func sweep() throws {
        let before = try look()
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
        try hold(before, "forgetting changed an answer")
    }

    private mutating func restart() async throws {
        let before = try look()
        try await plane.stop()
        // Those who waited are told that it stops.
        await noteTold()
        #expect(waiting.waiting.isEmpty)
        plane = try await Self.start(folder, elsewhere)
        try hold(before, "a restart changed an answer")
    }

    // MARK: What must hold

    /// What every key would be answered, in lines.
    func look() throws -> [String] {
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

    func hold(_ before: [String], _ fault: Comment) throws {
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
