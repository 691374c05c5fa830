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

/// The kinds that a server has.
struct APIKinds: Sendable {
    /// All of them.
    let all: [any KindAPI]
    /// Those that answer "may I?", by their names in a batch.
    let deciding: [String: any DecidingKind]
    private let byKind: [Kind: any KindAPI]

    /// These, of which no two may be of the same kind.
    init(_ all: [any KindAPI]) {
        self.all = all
        byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })
        deciding = byKind.reduce(into: [:]) { deciding, module in
            deciding[module.key.singular] = module.value as? any DecidingKind
        }
    }

    /// The one of that kind; nil where there is none.
    subscript(_ kind: Kind) -> (any KindAPI)? { byKind[kind] }
}
