public import Resilience

/// The source of policy time. It never goes backwards within a process.
public protocol PlaneClock: Sendable {
    /// The time.
    func now() -> Instant
}
