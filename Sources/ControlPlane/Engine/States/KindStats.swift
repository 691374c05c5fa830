/// What was counted of a policy.
public struct KindStats: Sendable {
    /// What each figure counts.
    public let names: [String]
    /// The figures since the start of the server.
    public let totals: [Int64]
    /// The figures of the last sixty seconds.
    public let lastMinute: [Int64]
}
