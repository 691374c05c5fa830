/// What a policy does with what it finds.
public enum Mode: String, CaseIterable, Sendable {
    /// Decides.
    case enforce
    /// Evaluates, records and tells events, but always allows.
    case shadow
    /// Always allows and records nothing.
    case disabled
}
