/// What a client should do when the control plane cannot be reached.
public enum WhenUnreachable: String, CaseIterable, Sendable {
    case allow, deny
}
