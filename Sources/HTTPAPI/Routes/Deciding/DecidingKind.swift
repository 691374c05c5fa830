import ControlPlane
import Resilience

/// A kind that answers "may I?".
///
/// What a kind says here is its part; the route, the status of denials, `Retry-After`, waiting
/// with the client's connection, and batches are the same for all kinds and written once, in
/// ``AcquireRoutes`` and ``DecisionRoutes``.
protocol DecidingKind: KindAPI {
    /// What a call that asks says.
    associatedtype Body: AcquireBody

    /// Whether an answer by the policy `name` may have to wait for the disk.
    func waitsForDisk(_ plane: Plane, _ name: String) -> Bool

    /// Whether the answer to a call may be held until it can be allowed, so that the client is
    /// watched meanwhile.
    func mayWait(_ plane: Plane, _ name: String, _ body: Body) -> Bool

    /// Decides on a call by the policy `name`. In a batch the policy is not that of the path.
    func acquire(_ call: Call, _ name: String, _ body: Body) async throws -> AcquireAnswer
}

extension DecidingKind {
    func waitsForDisk(_ plane: Plane, _ name: String) -> Bool { true }

    func mayWait(_ plane: Plane, _ name: String, _ body: Body) -> Bool { body.wait != .zero }
}
