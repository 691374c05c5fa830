extension LimiterState {
    /// How long the last of `calls` would wait if they are served one after another and nothing
    /// else comes; nil when one of them never can be. The state is not changed. O(n).
    public func wait(for calls: [(cost: Int64, tier: Tier)], at now: Instant) -> Timespan? {
        var state = self
        var time = now
        for call in calls {
            guard let denial = state.acquire(call.cost, call.tier, at: time).denial else {
                continue
            }
            guard let wait = denial.retryAfter else { return nil }
            time = time + wait
            guard state.acquire(call.cost, call.tier, at: time).isAllowed else { return nil }
        }
        return time - now
    }
}
