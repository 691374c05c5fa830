import ControlPlane
import HTTPTypes
import Resilience

/// Timeouts over HTTP.
struct TimeoutAPI: StatefulKind {
    let kind = TimeoutPolicy.kind

    func policies(in plane: Plane) -> Timeouts { plane.timeouts }

    var endpoints: [Endpoint] {
        [.decide(.post, "\(path)/outcomes", takesKey: true, record)]
    }

    private func record(_ call: Call) async throws -> Reply {
        try call.refuseQuery()
        let body: TimeoutOutcomeBody = try call.read()
        let (reason, view, policy) = try await call.plane.timeouts.record(
            call.name, body.call.outcome, body.call.duration ?? .zero)
        return .object { writer in
            writer.member("counted", reason == nil)
            writer.member("reason", reason)
            writer.member("timeout_ms", view.timeout.milliseconds)
            writer.member("samples", Int64(view.samples))
            writer.member("policy_version", policy.version)
        }
    }

    // MARK: StatefulKind

    let stateKeys = StateKeys.shared

    func state(_ plane: Plane, _ name: String, _ key: ExactString) throws -> RenderedState {
        let view = try plane.timeouts.view(name)
        return RenderedState { view.write(name, to: &$0) }
    }
}

extension Timeouts: StatefulPolicies {}

extension TimeoutView {
    /// Writes the members of a timeout's state into the object that is open.
    fileprivate func write(_ name: String, to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("key", "")
        writer.member("timeout_ms", timeout.milliseconds)
        writer.member("adaptive_ms", adapted?.milliseconds)
        writer.member("samples", Int64(samples))
        writer.member("p50_ms", median?.milliseconds)
        writer.member("p95_ms", percentile95?.milliseconds)
        writer.member("p99_ms", percentile99?.milliseconds)
    }
}

/// How long a call took.
struct TimeoutOutcomeBody: CallReport {
    var call = CallMembers()

    static let fields: [Field<TimeoutOutcomeBody>] =
        callFields(requiresOutcome: false, requiresDuration: true)
}
