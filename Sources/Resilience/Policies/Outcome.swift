/// How a call went.
public enum Outcome: String, CaseIterable, Sendable {
    case success
    case failure
    /// A failure, because no answer came in time.
    case timeout
    /// Neither: nothing is counted, and what the call held is free again.
    case ignored

    /// Whether it counts as a failure.
    public var isFailure: Bool { self == .failure || self == .timeout }
}
