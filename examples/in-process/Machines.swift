import Resilience

/// The machines by themselves: values, with time as an argument.
func machines() throws {
    let policy = try LimiterPolicy { $0.limits = [LimitSpec(quota: 2, period: .seconds(1))] }
    var now = Instant(milliseconds: 1_767_225_600_000)
    guard let tier = policy.tier(since: now) else { return }

    var state = LimiterState(at: now)
    for _ in 1...3 {
        let decision = state.acquire(1, tier, at: now)
        if let wait = decision.denial?.retryAfter {
            print("limiter: not for another \(wait.milliseconds) ms")
            now = now + wait
        } else {
            print("limiter: yes, \(decision.tightest?.remaining ?? 0) left")
        }
    }
    print("limiter: allowed after the wait: \(state.acquire(1, tier, at: now).isAllowed)")

    try judge(at: now)
    try schedule()
}

/// A breaker sees three failures.
private func judge(at now: Instant) throws {
    let policy = try BreakerPolicy {
        $0.window = .consecutive
        $0.failureThreshold = 3
        $0.openDuration = .seconds(5)
    }
    var state = BreakerState(at: now)
    for probe in 1...3 as ClosedRange<UInt64> {
        let decision = state.acquire(policy, probe: probe, at: now)
        let answer = state.settle(decision.permit, .failure, policy, at: now)
        for transition in answer.transitions {
            print("breaker: \(transition.to.rawValue), because of \(transition.reason.rawValue)")
        }
    }
    // What is kept of a state somewhere else is a document, and a state again.
    let copy = BreakerState(snapshot: state.snapshot)
    print("breaker: the copy is the same: \(copy == state)")
}

/// A retry policy as the server has it, read from JSON; and what is wrong with another.
private func schedule() throws {
    let policy = try RetryPolicy(json: #"{ "preset": "network", "jitter": "none" }"#)
    print("retry: after \(policy.schedule.map(\.delay.milliseconds)) ms")
    do {
        _ = try RetryPolicy(json: #"{ "max_attempts": 0 }"#)
    } catch {
        print("retry: \(error)")
    }
}
