/// An environment variable that sets one value inside a policy's spec.
public struct EnvironmentOverride: Hashable, Sendable {
    /// The whole name of the variable.
    public let variable: String
    /// What follows the policy's name in it: `TIERS__FREE__LIMITS__0__QUOTA`.
    public let path: String
    /// The text it is set to.
    public let text: String

    /// The variable of that name and text, whose last part is `path`.
    public init(variable: String, path: String, text: String) {
        self.variable = variable
        self.path = path
        self.text = text
    }

    /// How a name is written in a variable: upper case, with `_` for all but letters and digits.
    public static func encode(_ name: String) -> String {
        String(decoding: name.utf8.map(encode), as: UTF8.self)
    }

    private static func encode(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }
}
