public import Resilience

/// Limiters whose rate adapts to how long calls take.
extension Limiters {
    /// Records how long a call took. One that says nothing of its target is left out.
    public func record(
        _ name: String, _ duration: Timespan, _ outcome: Outcome = .success
    ) throws -> RateFigures {
        let limiter = try live.find(name)
        let isIgnored = outcome == .ignored
        let figures =
            isIgnored
            ? limiter.own.rate.figures(limiter.version) : learn(duration, limiter)
        guard let figures else {
            throw PlaneError(.conflict, "the rate of the limiter \"\(name)\" does not adapt")
        }
        return figures
    }

    /// The figures of a limiter's rate; nil where it does not adapt.
    public func rate(of name: String) throws -> RateFigures? {
        let limiter = try live.find(name)
        return limiter.own.rate.figures(limiter.version)
    }

    private func learn(_ duration: Timespan, _ limiter: Live) -> RateFigures? {
        let told = limiter.own.rate.record(duration, limiter, at: context.clock.now())
        // A higher rate may let through those who wait.
        if told?.isMoved == true {
            changed(limiter, nil)
        }
        return told?.figures
    }
}

extension Limiters: OutcomeListener {
    func learn(_ name: String, from report: OutcomeReport, attempt: Int64) async {
        if let duration = report.duration { _ = try? record(name, duration) }
    }
}

/// The keys that ask the most.
extension Limiters {
    /// The keys that were denied the most, or allowed the most, at most `limit`.
    public func top(_ name: String, areAllowed: Bool, limit: Int) throws -> [HeavyHitter] {
        try live.find(name).own.heavy.top(limit, areAllowed: areAllowed)
    }
}
