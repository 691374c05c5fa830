/// When the tokens of a bucket come back.
public enum RefillStyle: String, CaseIterable, Sendable {
    /// Continuously.
    case greedy
    /// A whole quota at each period's end.
    case interval
}
