/// A kind of policy, by its two names on the wire.
///
/// Each kind declares its own beside its spec.
public struct Kind: Hashable, Sendable {
    /// In events, files and batches: `limiter`.
    public let singular: String
    /// In paths and variables: `limiters`.
    public let plural: String

    /// A kind of these names.
    public init(singular: String, plural: String) {
        self.singular = singular
        self.plural = plural
    }
}

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
