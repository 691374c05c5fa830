import Testing

@testable import Resilience

/// One call of a script, with the answer as it goes over the wire: whole milliseconds, rounded up.
struct Step: Sendable {
    enum Call { case acquire, refund }

    let atMs: Int64
    let call: Call
    let cost: Int64
    let isAllowed: Bool
    let remaining: Int64
    let resetMs: Int64
    var retryMs: Int64?
    var delayMs: Int64 = 0

    /// An acquire that is allowed, to begin after a delay.
    static func yes(
        _ atMs: Int64, _ cost: Int64, _ remaining: Int64, reset: Int64, delay: Int64 = 0
    ) -> Step {
        Step(
            atMs: atMs, call: .acquire, cost: cost, isAllowed: true, remaining: remaining,
            resetMs: reset, delayMs: delay)
    }

    /// An acquire that is denied.
    static func no(
        _ atMs: Int64, _ cost: Int64, _ remaining: Int64, reset: Int64, retry: Int64?
    ) -> Step {
        Step(
            atMs: atMs, call: .acquire, cost: cost, isAllowed: false, remaining: remaining,
            resetMs: reset, retryMs: retry)
    }

    /// A refund, with the figures after it.
    static func refund(_ atMs: Int64, _ cost: Int64, _ remaining: Int64, reset: Int64) -> Step {
        Step(
            atMs: atMs, call: .refund, cost: cost, isAllowed: true, remaining: remaining,
            resetMs: reset)
    }
}

/// Runs every script twice: as it is, and with the state written down and read again between
/// every two steps.
struct LimiterScript {
    var tier: Tier
    var state: LimiterState
    let restarts: Bool
    let origin: Instant

    static func run(
        _ limits: [Limit], from origin: Instant = .epoch, _ steps: [Step],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for restarts in [false, true] {
            var script = LimiterScript(limits, from: origin, restarts: restarts)
            for (index, step) in steps.enumerated() { try script.take(step, index, location) }
        }
    }

    init(_ limits: [Limit], from origin: Instant = .epoch, restarts: Bool) {
        tier = Tier(name: "default", .limited(limits), since: origin)
        state = LimiterState(at: origin)
        self.restarts = restarts
        self.origin = origin
    }

    mutating func take(
        _ step: Step, _ index: Int, _ location: SourceLocation = #_sourceLocation
    ) throws {
        if restarts { state = try state.restarted() }
        let now = origin + .milliseconds(step.atMs)
        let place: Comment = "step \(index) at \(step.atMs) ms\(restarts ? ", restarted" : "")"
        try peekingChangesNothing(step, at: now, location)
        var decision: LimiterDecision
        switch step.call {
        case .acquire: decision = state.acquire(step.cost, tier, at: now)
        case .refund:
            state.refund(step.cost, tier, at: now)
            decision = state.acquire(0, tier, spends: false, at: now)
        }
        let figures = try #require(decision.tightest, place, sourceLocation: location)
        let retry = decision.denial?.retryAfter?.millisecondsRoundedUp
        #expect(decision.isAllowed == step.isAllowed, place, sourceLocation: location)
        #expect(figures.remaining == step.remaining, place, sourceLocation: location)
        #expect(
            figures.reset.millisecondsRoundedUp == step.resetMs, place, sourceLocation: location)
        #expect(retry == step.retryMs, place, sourceLocation: location)
        #expect(decision.delay.milliseconds == step.delayMs, place, sourceLocation: location)
    }

    private func peekingChangesNothing(
        _ step: Step, at now: Instant, _ location: SourceLocation
    ) throws {
        var peeked = state
        let seen = peeked.acquire(step.cost, tier, spends: false, at: now)
        let again = peeked.acquire(step.cost, tier, spends: false, at: now)
        #expect(seen == again, sourceLocation: location)
        var untouched = state
        let after = peeked.acquire(step.cost, tier, at: now)
        #expect(after == untouched.acquire(step.cost, tier, at: now), sourceLocation: location)
        #expect(peeked == untouched, sourceLocation: location)
        #expect(after.denial == seen.denial, sourceLocation: location)
        #expect(after.delay == seen.delay, sourceLocation: location)
    }
}

extension LimiterState {
    /// The state after it was written to text and read from it.
    func restarted() throws -> LimiterState {
        let document = try JSONParser.parse(snapshot.text).value
        let state = try #require(LimiterState(snapshot: document))
        #expect(state == self)
        return state
    }
}

extension LimiterState {
    /// Whether it may be forgotten, by the limits that it was counted against.
    func isFresh(at now: Instant) -> Bool { isFresh(at: now) { _ in nil } }

    /// Whether it may be forgotten where there is that tier only.
    func isFresh(_ tier: Tier, at now: Instant) -> Bool {
        isFresh(at: now) { $0 == tier.name ? tier : nil }
    }
}

extension Limit {
    static func greedy(_ quota: Int64, per periodMs: Int64, burst: Int64? = nil) -> Limit {
        Limit(.greedy, quota: quota, capacity: burst ?? quota, period: .milliseconds(periodMs))
    }

    static func interval(_ quota: Int64, per periodMs: Int64, burst: Int64? = nil) -> Limit {
        Limit(.interval, quota: quota, capacity: burst ?? quota, period: .milliseconds(periodMs))
    }

    static func window(_ quota: Int64, per periodMs: Int64) -> Limit {
        Limit(.firstHit, quota: quota, capacity: quota, period: .milliseconds(periodMs))
    }

    static func clock(_ quota: Int64, per periodMs: Int64) -> Limit {
        Limit(.clock, quota: quota, capacity: quota, period: .milliseconds(periodMs))
    }

    static func calendar(_ quota: Int64, per unit: CalendarUnit) -> Limit {
        Limit(.clock, quota: quota, capacity: quota, period: .zero, calendar: unit)
    }

    static func sliding(_ quota: Int64, per periodMs: Int64) -> Limit {
        Limit(.sliding, quota: quota, capacity: quota, period: .milliseconds(periodMs))
    }

    static func leaky(_ quota: Int64, per periodMs: Int64, burst: Int64 = 1) -> Limit {
        Limit(.leaky, quota: quota, capacity: burst, period: .milliseconds(periodMs))
    }
}
