/// Which calls a breaker judges by.
public enum BreakerWindowType: String, CaseIterable, Sendable {
    /// The failures in a row.
    case consecutive
    /// The last so many calls.
    case count
    /// The calls of the last so long.
    case time
}
