import ControlPlane
import Resilience

extension TestServer {
    /// Makes a policy of every kind, all of that name.
    public func putAllKinds(called name: String) async throws {
        for type in Plane.types {
            // A guard needs a part; the other kinds are made before it.
            let spec: JSONValue =
                type.kind == .guard
                ? ["timeout": .string(name)] : SpecSeed.spec(of: type.kind, for: [])
            let body: JSONValue = ["spec": spec]
            let reply = try await send("PUT /v1/\(type.kind.plural)/\(name)", body.text)
            precondition(reply.status < 300, reply.text)
        }
    }
}
