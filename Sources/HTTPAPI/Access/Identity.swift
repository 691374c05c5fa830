import ControlPlane
import HTTPTypes
import Resilience

/// Whom a request comes from, and what they may.
struct Identity: Sendable {
    static let actorField = HTTPField.Name("X-Actor")!
    static let reasonField = HTTPField.Name("X-Reason")!
    /// How long `X-Reason` may be, once decoded.
    private static let reasonBytes = 500
    static let traceField = HTTPField.Name("traceparent")!

    let caller: Caller
    /// The role of the token; admin where no tokens are needed.
    let role: Role

    /// The sender of a request with these fields.
    ///
    /// - Throws: `unauthorized` without a good token where tokens are needed.
    init(_ headers: HTTPFields, _ access: AccessControl) throws {
        let traceID = headers[Self.traceField].flatMap(Self.traceID)
        let reason = try Self.reason(headers[values: Self.reasonField])
        guard access.isOn else {
            let actor = headers[Self.actorField] ?? "anonymous"
            guard (1...128).contains(actor.utf8.count), !actor.containsControlCharacters else {
                throw Problem.invalid(
                    "/header/X-Actor", "must have 1 to 128 bytes without control characters")
            }
            caller = Caller(actor: actor, traceID: traceID, reason: reason)
            role = .admin
            return
        }
        guard let secret = headers[.authorization].flatMap(Self.bearer) else {
            throw Problem(.unauthorized, "send the token in the field Authorization, after Bearer")
        }
        guard let token = access.token(secret) else {
            throw Problem(.unauthorized, "unknown token")
        }
        caller = Caller(actor: token.name, traceID: traceID, reason: reason)
        role = token.role
    }

    /// Whether the sender may use what is for `roles`, besides admins.
    func mayUse(_ roles: Set<Role>) -> Bool {
        role == .admin || roles.contains(role)
    }

    /// What the field `X-Reason` says; an empty one counts as left out.
    private static func reason(_ values: [String]) throws(Problem) -> String? {
        guard let value = values.first, !(value.isEmpty && values.count == 1) else { return nil }
        let pointer = "/header/\(reasonField.rawName)"
        guard values.count == 1 else { throw .invalid(pointer, "is given twice") }
        guard value.utf8.allSatisfy({ $0 < 0x80 }), let text = PercentCoding.decode(value[...])
        else { throw .invalid(pointer, "must be UTF-8, percent-encoded") }
        guard text.utf8.count <= reasonBytes else {
            throw .invalid(pointer, "must be at most \(reasonBytes) bytes")
        }
        guard !text.containsControlCharacters else {
            throw .invalid(pointer, "must not contain control characters")
        }
        return text
    }

    private static func bearer(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// The trace id of a `traceparent` field (W3C Trace Context); nil when it is malformed.
    static func traceID(_ traceparent: String) -> String? {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff",
            parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            parts[0] != "00" || parts.count == 4,
            parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(isLowerHex) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        return String(parts[1])
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
