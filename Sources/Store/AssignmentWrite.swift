public import Resilience

/// An assignment put or deleted.
public enum AssignmentWrite: Sendable {
    case put(AssignmentRecord)
    case delete(policyID: Int64, key: ExactString)
    /// It is deleted if it has expired by then; a newer one stays.
    case expire(policyID: Int64, key: ExactString, at: Instant)
}
