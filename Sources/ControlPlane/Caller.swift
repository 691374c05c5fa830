/// Who asks, for the history.
public struct Caller: Equatable, Sendable {
    /// The name of the token, or what the caller calls itself.
    public let actor: String
    /// The trace that the call belongs to.
    public let traceID: String?

    /// A caller of that name.
    public init(actor: String, traceID: String? = nil) {
        self.actor = actor
        self.traceID = traceID
    }

    /// The server itself.
    public static let system = Caller(actor: "switchgear")
}
