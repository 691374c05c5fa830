import ControlPlane
import HTTPTypes
import Resilience

/// Whom a request comes from, and what they may.
struct Identity: Sendable {
    static let actorField = HTTPField.Name("X-Actor")!
    static let traceField = HTTPField.Name("traceparent")!

    let caller: Caller
    /// The role of the token; nil where no tokens are needed.
    let role: Role?

    /// The sender of a request with these fields.
    ///
    /// - Throws: `unauthorized` without a good token where tokens are needed.
    init(_ headers: HTTPFields, _ access: AccessControl) throws {
        let traceID = headers[Self.traceField].flatMap(Self.traceID)
        guard access.isOn else {
            let actor = headers[Self.actorField] ?? "anonymous"
            guard (1...128).contains(actor.utf8.count), !actor.containsControlCharacters else {
                throw Problem.invalid(
                    "/header/X-Actor", "must have 1 to 128 bytes without control characters")
            }
            caller = Caller(actor: actor, traceID: traceID)
            role = nil
            return
        }
        guard let secret = headers[.authorization].flatMap(Self.bearer) else {
            throw Problem(.unauthorized, "send Authorization: Bearer and a token")
        }
        guard let token = access.token(secret) else {
            throw Problem(.unauthorized, "the token is not known here")
        }
        caller = Caller(actor: token.name, traceID: traceID)
        role = token.role
    }

    /// Whether the sender may use what is for `roles`, besides admins.
    func mayUse(_ roles: Set<Role>) -> Bool {
        role.map { $0 == .admin || roles.contains($0) } ?? true
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
