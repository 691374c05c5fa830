/// A probe that is out: it is settled by its deadline, or expires then.
public struct ProbeLease: Equatable, Sendable {
    /// Which probe it is.
    public let id: UInt64
    /// Up to when it can be settled.
    public internal(set) var deadline: Instant
}
