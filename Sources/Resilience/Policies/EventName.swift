/// What can happen, in the words of one family of events.
public protocol EventName: RawRepresentable<String>, CaseIterable, Sendable {
    /// What stands before the dot of their types: the singular name of a kind, or a word of the
    /// server's own.
    static var family: String { get }
}

extension EventName {
    /// The type of the event: `limiter.limited`.
    public var type: String { "\(Self.family).\(rawValue)" }

    /// What stands after the dot, of all of them.
    public static var names: [String] { allCases.map(\.rawValue) }
}

extension Kind {
    /// The type of the event that tells that states of a policy were set back to the beginning, of
    /// all kinds that have states.
    public var resetEvent: String { "\(singular).reset" }
}
