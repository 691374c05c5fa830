import ControlPlane
import Crypto
import HTTPTypes
import Resilience

/// A request that is to be done once, however often it is sent.
struct IdempotencyKey: Sendable {
    /// The field that makes it one.
    static let field = HTTPField.Name("Idempotency-Key")!
    /// The field that tells an answer that was given before.
    static let replayedField = HTTPField.Name("Idempotency-Replayed")!

    /// Whose key it is, for what, and which: who asks, the method, the path, and the field.
    let scope: SHA256Digest
    /// What the request says beside: the query and the body.
    let content: SHA256Digest
}

extension IdempotencyKey {
    /// The key of a request; nil when it has none.
    init?(_ call: Call, method: HTTPRequest.Method, path: String) throws {
        let values = call.headers[values: Self.field]
        guard let value = values.first else { return nil }
        guard values.count == 1 else { throw Self.fault("is given twice") }
        guard (1...255).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw Self.fault("must have 1 to 255 characters of printable ASCII") }
        self.init(
            scope: [call.caller.actor, method.rawValue, path, value],
            query: call.queryText ?? "", body: call.body)
    }

    init(scope: [String], query: String, body: [UInt8]) {
        self.init(
            scope: Self.digest(scope.map { Array($0.utf8) }),
            content: Self.digest([Array(query.utf8), body]))
    }

    /// A refusal because of the field.
    static func fault(_ detail: String) -> Problem {
        .invalid("/header/\(field.rawName)", detail)
    }

    /// A digest of parts none of which can be taken for the end of the one before.
    private static func digest(_ parts: [[UInt8]]) -> SHA256Digest {
        var hash = SHA256()
        for part in parts {
            withUnsafeBytes(of: part.count) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        return hash.finalize()
    }
}
