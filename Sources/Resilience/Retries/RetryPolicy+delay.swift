/// How the delay grows from one attempt to the next.
public enum BackoffShape: String, CaseIterable, Sendable {
    /// Always the initial delay.
    case fixed
    /// The increment more each time.
    case linear
    /// Multiplied each time.
    case exponential
    /// The initial delay times the Fibonacci numbers 1, 1, 2, 3, 5…
    case fibonacci
    /// Anything between the initial delay and three times the previous delay.
    case decorrelated
}

/// How a delay is spread, so that callers that failed together do not come back together.
public enum Jitter: String, CaseIterable, Sendable {
    /// Not at all.
    case off = "none"
    /// Anything up to the delay.
    case full
    /// Anything from half the delay to all of it.
    case equal
    /// The delay give or take a factor.
    case factor
}

extension RetryPolicy {
    /// The delays that an attempt may be followed by, in milliseconds before rounding.
    struct Spread: Equatable, Sendable {
        let lowest: Double
        let highest: Double

        /// The delay at `fraction` of the way, rounded down.
        func delay(at fraction: Double) -> Timespan {
            let value = lowest + (highest - lowest) * fraction
            return .milliseconds(Int64(min(highest, value)))
        }
    }

    /// How long to wait after failed attempt n.
    ///
    /// - Parameters:
    ///   - attempt: 1…2³¹−1, the first call being 1.
    ///   - previous: the delay before that attempt, for decorrelated delays.
    ///   - random: evenly distributed in [0, 1).
    /// - Returns: whole milliseconds, rounded down once from the exact value; at most the cap.
    public func delay(
        after attempt: Int64, previous: Timespan? = nil, random: Double
    ) -> Timespan {
        precondition((0...1).contains(random))
        let backoff = backoff(after: attempt)
        if self.backoff != .decorrelated, jitter ?? .off == .off {
            return .milliseconds(backoff.milliseconds)
        }
        return spread(backoff, previous: previous).delay(at: random)
    }

    /// The delay without jitter, at most the cap; for decorrelated ones the shortest.
    func backoff(after attempt: Int64) -> Growth {
        precondition(attempt >= 1)
        let initial = initialDelay.milliseconds
        let cap = maximumDelay.milliseconds
        return switch backoff {
        case .fixed, .decorrelated: Growth(initial, atMost: cap)
        case .linear: linear(initial, attempt, atMost: cap)
        case .exponential:
            Growth(initial, times: multiplier, to: attempt - 1, atMost: cap)
        case .fibonacci: fibonacci(initial, attempt, atMost: cap)
        }
    }

    /// Between which bounds the delay lies with its jitter.
    func spread(_ backoff: Growth, previous: Timespan?) -> Spread {
        let (delay, cap) = (backoff.unrounded, Double(maximumDelay.milliseconds))
        if self.backoff == .decorrelated {
            let previous = Double((previous ?? initialDelay).milliseconds)
            return Spread(lowest: delay, highest: max(delay, min(cap, 3 * previous)))
        }
        return switch jitter ?? .off {
        case .off: Spread(lowest: delay, highest: delay)
        case .full: Spread(lowest: 0, highest: delay)
        case .equal: Spread(lowest: delay / 2, highest: delay)
        case .factor:
            Spread(
                lowest: delay - delay * jitterFactor,
                highest: min(cap, delay + delay * jitterFactor))
        }
    }

    private func linear(_ initial: Int64, _ attempt: Int64, atMost cap: Int64) -> Growth {
        let increment = Int128((increment ?? initialDelay).milliseconds)
        let delay = Int128(initial) + Int128(attempt - 1) * increment
        return Growth(Int64(min(delay, Int128(cap))), atMost: cap)
    }

    /// O(log cap): the numbers grow past every cap within a hundred steps.
    private func fibonacci(_ initial: Int64, _ attempt: Int64, atMost cap: Int64) -> Growth {
        var (present, next) = (min(initial, cap), min(initial, cap))
        var number: Int64 = 1
        while number < attempt, present > 0, present < cap {
            (present, next) = (next, min(present + next, cap))
            number += 1
        }
        return Growth(present, atMost: cap)
    }
}

/// The delay after one failed attempt, told in advance.
public struct ScheduledDelay: Equatable, Sendable {
    /// The attempt that failed.
    public let attempt: Int64
    /// The delay without jitter; of a decorrelated one the shortest.
    public let delay: Timespan
    /// The shortest with jitter.
    public let shortest: Timespan
    /// The longest with jitter; of decorrelated ones, when all before were as long as can be.
    public let longest: Timespan
}

extension RetryPolicy {
    /// The delays after each attempt that another may follow; the first hundred of them.
    public var schedule: [ScheduledDelay] {
        var longest: Timespan?
        return (1...Int64(Bounds.scheduledDelays)).prefix { $0 < maximumAttempts }.map { attempt in
            let backoff = backoff(after: attempt)
            let spread = spread(backoff, previous: longest)
            longest = spread.delay(at: 1)
            return ScheduledDelay(
                attempt: attempt, delay: .milliseconds(backoff.milliseconds),
                shortest: spread.delay(at: 0), longest: spread.delay(at: 1))
        }
    }
}
