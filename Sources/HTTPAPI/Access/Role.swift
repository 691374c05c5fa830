/// What a token is for.
public enum Role: String, CaseIterable, Sendable {
    /// Asking, telling outcomes, and looking at states.
    case decide
    /// Every GET.
    case read
    /// Everything.
    case admin
}
