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
