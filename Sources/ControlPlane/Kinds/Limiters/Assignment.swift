public import Resilience
public import Store

/// An assignment in force.
public struct Assignment: Sendable {
    /// It as it is stored.
    public let record: AssignmentRecord
    /// What it says.
    public let spec: AssignmentSpec

    /// Whether it holds at `now`.
    func isInForce(at now: Instant) -> Bool { spec.expiresAt.map { now < $0 } ?? true }

    /// It as a document, with what the server knows of it.
    public var document: JSONObject {
        let server: JSONObject = [
            "updated_at": .string(record.updatedAt.timestamp),
            "updated_by": .string(record.updatedBy),
        ]
        return JSONObject([("key", .string(record.key.text))])
            .overlaid(by: spec.document).overlaid(by: server)
    }
}
