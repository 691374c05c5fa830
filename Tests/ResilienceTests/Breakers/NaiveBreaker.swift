@testable import Resilience

/// A breaker that remembers every outcome and every probe, and recounts all of them each time.
struct NaiveBreaker {
    struct Outcome {
        let ms: Int64
        let isFailure: Bool
        let isSlow: Bool
        let reporter: String
    }

    struct Probe {
        let id: UInt64
        let deadlineMs: Int64
    }

    let policy: BreakerPolicy
    private(set) var position = BreakerPosition.closed
    private(set) var outcomes: [Outcome] = []
    private var probes: [Probe] = []
    private var successes: Int64 = 0
    private var openedMs: Int64 = 0
    private var reopened: Int64 = 0

    init(_ policy: BreakerPolicy) { self.policy = policy }

    /// The outcomes that the window holds.
    func window(at ms: Int64) -> [Outcome] {
        switch policy.window.type {
        case .consecutive:
            let start = outcomes.lastIndex { !$0.isFailure }.map { $0 + 1 } ?? 0
            return Array(outcomes[start...])
        case .count: return outcomes.suffix(Int(policy.window.size ?? 0))
        case .time:
            // In microseconds: a slice may be shorter than a millisecond.
            let slice = (policy.window.duration?.milliseconds ?? 0) * 100
            return outcomes.filter { ms * 1000 / slice - $0.ms * 1000 / slice < 10 }
        }
    }

    mutating func record(_ outcome: Outcome) -> Bool {
        advance(to: outcome.ms)
        guard position == .closed else { return false }
        outcomes.append(outcome)
        if opens(at: outcome.ms) { open(at: outcome.ms, again: false) }
        return true
    }

    mutating func acquire(_ id: UInt64, at ms: Int64) -> Bool {
        advance(to: ms)
        if position == .open, openUntil <= ms { position = .halfOpen }
        switch position {
        case .closed: return true
        case .halfOpen where probes.count < policy.halfOpenPermits:
            probes.append(
                Probe(id: id, deadlineMs: ms + policy.probeTimeout.milliseconds))
            return true
        default: return false
        }
    }

    /// Settles a probe; false when it is none that is out.
    mutating func settle(_ id: UInt64, _ outcome: Outcome) -> Bool {
        advance(to: outcome.ms)
        guard probes.contains(where: { $0.id == id }) else { return false }
        probes.removeAll { $0.id == id }
        if outcome.isFailure || outcome.isSlow && policy.slowCallDuration != nil {
            open(at: outcome.ms, again: true)
        } else {
            successes += 1
            if successes == policy.successThreshold { close() }
        }
        return true
    }

    private var openUntil: Int64 {
        var duration = policy.openDuration.milliseconds
        for _ in 0..<reopened {
            duration = min(
                duration * Int64(policy.openMultiplier),
                policy.maximumOpenDuration?.milliseconds ?? 0)
        }
        return openedMs + duration
    }

    private mutating func advance(to ms: Int64) {
        if let deadline = probes.map(\.deadlineMs).min(), deadline <= ms {
            // A lost probe says nothing of the target.
            let before = reopened
            open(at: deadline, again: true)
            reopened = before
        }
    }

    private mutating func open(at ms: Int64, again: Bool) {
        position = .open
        openedMs = ms
        reopened = again ? reopened + 1 : 0
        probes = []
        successes = 0
    }

    private mutating func close() {
        position = .closed
        outcomes = []
        probes = []
        successes = 0
    }

    private func opens(at ms: Int64) -> Bool {
        let calls = window(at: ms)
        let failed = calls.filter(\.isFailure)
        let slow = policy.slowCallDuration == nil ? [] : calls.filter(\.isSlow)
        let areTold = { (calls: [Outcome]) in
            Set(calls.map(\.reporter)).count >= policy.minimumReporters
                || policy.minimumReporters == 1
        }
        let threshold = policy.failureThreshold.map { failed.count >= $0 } ?? false
        guard let minimum = policy.minimumCalls else { return threshold && areTold(failed) }
        guard calls.count >= minimum else { return false }
        let total = Double(calls.count)
        let rate = Double(failed.count) / total >= policy.failureRateThreshold ?? 2
        let slowRate = Double(slow.count) / total >= policy.slowCallRateThreshold ?? 2
        return (rate || threshold) && areTold(failed)
            || policy.slowCallDuration != nil && slowRate && areTold(slow)
    }
}
