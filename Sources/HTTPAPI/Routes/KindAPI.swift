import ControlPlane
import Resilience

/// A kind of policy over HTTP: what it has there of its own.
///
/// A kind enters the API through one value of such a type, in ``Routes/standard``; nothing else
/// names it. What is the same for all kinds is written once: policies as such in ``PolicyRoutes``,
/// figures in ``StatsRoutes``. A kind that keeps states is a ``StatefulKind``, and one that answers
/// "may I?" a ``DecidingKind``.
protocol KindAPI: Sendable {
    /// What its policies are in a plane.
    associatedtype Policies: PoliciesAtWork

    /// The kind.
    var kind: Kind { get }

    /// The endpoints that only this kind has.
    var endpoints: [Endpoint] { get }

    /// Its policies in a plane.
    func policies(in plane: Plane) -> Policies

    /// Writes what a policy said as a part of a guard into the object that is open; nothing for
    /// kinds that are no such parts.
    func write(_ step: GuardStep, to writer: inout JSONWriter)
}

extension KindAPI {
    var endpoints: [Endpoint] { [] }

    func write(_ step: GuardStep, to writer: inout JSONWriter) {}

    /// The path of one of its policies.
    var path: String { "/v1/\(kind.plural)/{name}" }

    /// All endpoints of the kind.
    var allEndpoints: [Endpoint] {
        PolicyRoutes(kind: kind).endpoints + StatsRoutes(kind: self).endpoints
            + ((self as? any StatefulKind)?.stateEndpoints ?? [])
            + ((self as? any DecidingKind)?.acquireEndpoints ?? []) + endpoints
    }
}
