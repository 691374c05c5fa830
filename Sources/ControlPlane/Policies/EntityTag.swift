import Crypto
import Resilience

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
