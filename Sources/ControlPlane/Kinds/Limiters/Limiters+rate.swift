public import Resilience

/// Limiters whose rate adapts to how long calls take.
extension Limiters {
    /// Takes down how long a call took. One that says nothing of its target is left out.
    public func record(
        _ name: String, _ duration: Timespan, _ outcome: Outcome = .success
    ) throws -> RateFigures {
        let limiter = try live.find(name)
        let isIgnored = outcome == .ignored
        let figures =
            isIgnored ? limiter.rate.figures(limiter.rules.now) : learn(duration, limiter)
        guard let figures else {
            throw PlaneError(.conflict, "the rate of the limiter \"\(name)\" does not adapt")
        }
        return figures
    }

    /// The figures of a limiter's rate; nil where it does not adapt.
    public func rate(of name: String) throws -> RateFigures? {
        let limiter = try live.find(name)
        return limiter.rate.figures(limiter.rules.now)
    }

    private func learn(_ duration: Timespan, _ limiter: LiveLimiter) -> RateFigures? {
        let told = limiter.rate.record(duration, limiter.rules, at: context.clock.now())
        // A higher rate may let through those who wait.
        if told?.isMoved == true {
            pumpAll(limiter)
            context.bell.ring(limiter.table.policyID)
        }
        return told?.figures
    }
}

/// The keys that ask the most.
extension Limiters {
    /// The keys that were denied the most, or allowed the most, at most `limit`.
    public func top(_ name: String, areAllowed: Bool, limit: Int) throws -> [HeavyHitter] {
        try live.find(name).heavy.top(limit, areAllowed: areAllowed)
    }
}
