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
