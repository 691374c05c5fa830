/// What becomes of a half-open breaker when a probe is not settled in time.
public enum ProbeTimeoutAction: String, CaseIterable, Sendable {
    /// It opens again, for as long as it was open before.
    case reopen
    /// The probe's place is free again, and nothing else changes.
    case release
}
