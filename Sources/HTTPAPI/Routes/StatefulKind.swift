import ControlPlane
import Resilience

/// A kind whose policies keep a state for each key.
protocol StatefulKind: Sendable {
    static var kind: Kind { get }

    /// The state of the key that a call names.
    func state(_ call: Call) throws -> Reply

    /// The states of keys after `cursor`, at most `limit`, in the order of their bytes.
    func states(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [RenderedState]

    /// Sets states back, of one key or all, and tells how many there were.
    func reset(
        _ plane: Plane, _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int

    /// What was counted.
    func stats(_ plane: Plane, _ name: String) throws -> KindStats
}
