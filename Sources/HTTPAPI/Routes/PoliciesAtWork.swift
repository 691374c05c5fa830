import ControlPlane
import Resilience

/// The policies of a kind in a plane, as far as every kind is asked the same about them.
protocol PoliciesAtWork: Sendable {
    /// What was counted of a policy.
    func stats(_ name: String) throws -> KindStats
}

/// The policies of a kind that keeps states.
protocol StatefulPolicies: PoliciesAtWork {
    /// The keys after `cursor` that have a state, in the order of their bytes, at most `limit`.
    func keys(
        _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString]

    /// Resets states, of one key or of all, and tells how many there were.
    func reset(
        _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int
}
