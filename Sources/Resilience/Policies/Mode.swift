/// What a policy does with what it finds.
public enum Mode: String, CaseIterable, Sendable {
    /// Decides.
    case enforce
    /// Evaluates, records and tells events, but always allows.
    case shadow
    /// Always allows and records nothing.
    case disabled
}

/// What a client should do when the control plane cannot be reached.
public enum WhenUnreachable: String, CaseIterable, Sendable {
    case allow, deny
}
