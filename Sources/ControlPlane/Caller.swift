/// Who asks, and why, for the history.
public struct Caller: Equatable, Sendable {
    /// The name of the token, or what the caller calls itself.
    public let actor: String
    /// The trace that the call belongs to.
    public let traceID: String?
    /// Why a write is made, in the caller's words.
    public let reason: String?

    /// A caller of that name.
    public init(actor: String, traceID: String? = nil, reason: String? = nil) {
        self.actor = actor
        self.traceID = traceID
        self.reason = reason
    }

    /// The server itself.
    public static let system = Caller(actor: "switchgear")
}
