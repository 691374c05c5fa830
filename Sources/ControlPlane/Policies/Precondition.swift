import Crypto
import Resilience

/// What must hold of a policy for a write to it to be done.
public struct Precondition: Equatable, Sendable {
    /// What a condition compares a policy with.
    public enum Tags: Equatable, Sendable {
        /// Any policy there is (`*`).
        case any
        /// One with one of these tags.
        case list([EntityTag])
    }

    /// What the policy must be (`If-Match`); nil where it need not even exist.
    public var match: Tags?
    /// What the policy must not be (`If-None-Match`).
    public var noneMatch: Tags?

    /// A condition; without arguments one that always holds.
    public init(match: Tags? = nil, noneMatch: Tags? = nil) {
        self.match = match
        self.noneMatch = noneMatch
    }

    /// Refuses a write to the policy of that kind and name, which is `existing`, when the
    /// condition does not hold.
    func check(_ existing: PolicyEntry?, _ identity: PolicyIdentity) throws(PlaneError) {
        if let existing, noneMatch?.isWeakly(of: existing) == true {
            throw PlaneError(
                .versionMismatch, "the \(identity) exists, with the tag \"\(existing.tag)\"")
        }
        guard let match else { return }
        guard let existing else {
            throw PlaneError(.versionMismatch, "there is no \(identity)")
        }
        guard case .list(let tags) = match, !tags.contains(where: { $0.isStrongly(of: existing) })
        else { return }
        throw PlaneError(
            .versionMismatch,
            "the \(identity) has version \(existing.version) and the tag \"\(existing.tag)\"")
    }
}

extension Precondition.Tags {
    /// Whether one of them is the whole tag of `entry`, weak or not.
    public func isWeakly(of entry: PolicyEntry) -> Bool {
        switch self {
        case .any: true
        case .list(let tags): tags.contains { $0.text == entry.tag }
        }
    }
}

/// A tag that a client names in a condition: `"3-5f2ab8c1"`, `"3"` or `W/"3-5f2ab8c1"`.
public struct EntityTag: Equatable, Sendable {
    /// What stands between the quotes.
    public let text: String
    /// Whether it says that it is weak.
    public let isWeak: Bool

    /// A tag of these values.
    public init(_ text: String, isWeak: Bool = false) {
        self.text = text
        self.isWeak = isWeak
    }

    /// Whether it is the tag of `entry`, or its version alone; a weak one never is.
    func isStrongly(of entry: PolicyEntry) -> Bool {
        !isWeak && (text == entry.tag || text == String(entry.version))
    }

    /// The tag of a version whose policy is in force as that digest says.
    static func text(version: Int64, digest: String) -> String { "\(version)-\(digest)" }

    /// A digest of what an environment variable or a default can change without a new version.
    static func digest(
        effective: JSONObject, mode: Mode, whenUnreachable: WhenUnreachable
    ) -> String {
        let inForce: JSONValue = [
            "effective": .object(effective), "mode": .string(mode.rawValue),
            "when_unreachable": .string(whenUnreachable.rawValue),
        ]
        return SHA256.hash(data: inForce.bytes).prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
