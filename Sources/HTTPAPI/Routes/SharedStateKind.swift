import ControlPlane
import Resilience

/// A kind whose policies keep one state each, for all callers: that of the empty key.
protocol SharedStateKind: StatefulKind {
    /// The state of a policy, ready to be written.
    func sharedState(_ plane: Plane, _ name: String) throws -> RenderedState

    /// The keys after `cursor` that have a state: the empty one, or none.
    func keys(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [ExactString]

    /// Sets the state of a policy back, and tells how many there were.
    func resetAll(
        _ plane: Plane, _ name: String, reason: String?, by caller: Caller
    ) async throws -> Int
}

extension SharedStateKind {
    func state(_ call: Call) throws -> Reply {
        let name = try call.name
        var query = call.query
        let key = query.key("key")
        try query.finish()
        try refuse(key, at: "/query/key")
        return .object(try sharedState(call.plane, name).write)
    }

    func states(
        _ plane: Plane, _ name: String, after cursor: ExactString?, limit: Int
    ) throws -> [RenderedState] {
        try keys(plane, name, after: cursor, limit: limit).map { _ in
            try sharedState(plane, name)
        }
    }

    func reset(
        _ plane: Plane, _ name: String, _ key: ExactString?, reason: String?, by caller: Caller
    ) async throws -> Int {
        try refuse(key, at: "/key")
        return try await resetAll(plane, name, reason: reason, by: caller)
    }

    /// Refuses a key for which there is no state of its own.
    private func refuse(_ key: ExactString?, at pointer: String) throws {
        guard let key, key != "" else { return }
        throw Problem.invalid(pointer, "must be empty: there is one state for all callers")
    }
}
