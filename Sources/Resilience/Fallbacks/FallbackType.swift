/// What a fallback can do.
public enum FallbackType: String, CaseIterable, Sendable {
    /// Answer with a document that never changes.
    case fixed = "static"
    /// Answer with what was good the last time.
    case cached
    /// Go on with less.
    case degraded
    /// Send the caller elsewhere.
    case redirect
}
