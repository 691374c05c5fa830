import ControlPlane
import HTTPTypes
import Resilience

/// Fallbacks over HTTP.
struct FallbackAPI: KindAPI {
    let kind = FallbackPolicy.kind

    func policies(in plane: Plane) -> Fallbacks { plane.fallbacks }

    var endpoints: [Endpoint] { [.decide(.post, "\(path)/resolve", resolve)] }

    private func resolve(_ call: Call) throws -> Reply {
        try call.refuseQuery()
        let _: FallbackBody = try call.read()
        let (strategy, policy) = try call.plane.fallbacks.resolve(call.name)
        return .object { writer in
            if let strategy {
                strategy.write(to: &writer)
            } else {
                writer.member("type", String?.none)
            }
            writer.member("policy_version", policy.version)
        }
    }
}

extension Fallbacks: PoliciesAtWork {}

extension FallbackStrategy {
    /// Writes what a client is told of the strategy that answers, into the object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("type", type.rawValue)
        writer.member("priority", priority)
        switch type {
        case .fixed:
            writer.member("status", status)
            writer.member("body", body ?? .null)
        case .cached: writer.member("cache", cache)
        case .degraded: writer.member("mode", mode)
        case .redirect: writer.member("target", target)
        }
    }
}

/// The call that something is to be answered for.
struct FallbackBody: SpecObject {
    var attributes: [String: String] = [:]

    static let fields: [Field<FallbackBody>] = [
        Field("attributes", \.attributes, .attributes, "What the call says of itself, by name.")
    ]
}
