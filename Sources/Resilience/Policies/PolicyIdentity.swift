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

/// What policies, tiers and labels may be called.
public enum PolicyName {
    /// The rule as a regular expression.
    public static let pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"

    /// What is wrong with `text` as a name; nil when it is one.
    public static func fault(of text: String) -> String? {
        let bytes = text.utf8
        guard (1...128).contains(bytes.count) else { return "must have 1 to 128 characters" }
        guard let first = bytes.first, isLetterOrDigit(first) else {
            return "must begin with a letter or a digit"
        }
        let isAllowed = bytes.allSatisfy {
            isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                || $0 == UInt8(ascii: "-")
        }
        return isAllowed ? nil : "may hold only letters, digits, '.', '_' and '-'"
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

/// That a spec names another policy.
public struct PolicyReference: Hashable, Sendable {
    /// Where in the spec.
    public let pointer: JSONPointer
    /// The policy named.
    public let identity: PolicyIdentity

    /// A reference at `pointer` to that policy.
    public init(_ pointer: JSONPointer, _ identity: PolicyIdentity) {
        self.pointer = pointer
        self.identity = identity
    }
}
