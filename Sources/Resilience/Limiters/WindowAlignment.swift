/// Where a fixed window begins.
public enum WindowAlignment: String, CaseIterable, Sendable {
    /// With the first call that spends.
    case firstHit = "first_hit"
    /// At multiples of the period since the Unix epoch.
    case clock
}
