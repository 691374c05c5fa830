/// How a call went, as far as a limit learns from it.
enum ConcurrencySample: Equatable, Sendable {
    /// It was lost for want of capacity: it ran into a timeout, or took longer than it should.
    case drop
    /// It succeeded in so long a time.
    ///
    /// - Parameters:
    ///   - duration: at least a millisecond, since what takes less is told as none.
    ///   - inFlight: how many calls were under way when it ended, itself included.
    ///   - noise: random bits, for what must not happen to many keys at once.
    case success(duration: Timespan, inFlight: Int64, noise: UInt64)
}
