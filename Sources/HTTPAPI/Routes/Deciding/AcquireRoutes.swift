import ControlPlane
import HTTPTypes
import Resilience

/// The calls that ask a kind, at the same place for every kind that decides.
struct AcquireRoutes<Kind: DecidingKind> {
    let kind: Kind

    var endpoints: [Endpoint] {
        [
            .decide(
                .post, "\(kind.path)/acquire",
                waitsForDiskIf: { kind.waitsForDisk($0.plane, (try? $0.name) ?? "") },
                holds: Kind.Body.hasWait, takesKey: true, acquire)
        ]
    }

    private func acquire(_ call: Call) async throws -> Reply {
        let name = try call.name
        var body: Kind.Body = try call.read()
        var query = call.query
        let denyStatus = query.integer("deny_status", in: 400...599)
        body.take(&query)
        try query.finish()
        guard kind.mayWait(call.plane, name, body) else {
            let answer = try await kind.acquire(call, name, body)
            return answer.reply(denyStatus: denyStatus)
        }
        return try await call.whileConnected { [body] in
            let answer = try await kind.acquire(call, name, body)
            return answer.reply(denyStatus: denyStatus)
        }
    }
}

extension DecidingKind {
    /// The endpoints of its acquire calls.
    var acquireEndpoints: [Endpoint] { AcquireRoutes(kind: self).endpoints }
}
