/// What a policy is found by: its kind and its name.
public struct PolicyIdentity: Hashable, Sendable {
    /// Its kind.
    public let kind: Kind
    /// Its name.
    public let name: String

    /// The policy of that kind and name.
    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}

extension PolicyIdentity: Comparable, CustomStringConvertible {
    public static func < (left: Self, right: Self) -> Bool {
        (left.kind.singular, left.name) < (right.kind.singular, right.name)
    }

    public var description: String { "\(kind.singular) \"\(name)\"" }
}
