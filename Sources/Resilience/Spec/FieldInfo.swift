/// What is known of a member without its owner's type.
public struct FieldInfo: Equatable, Sendable {
    /// The member's name on the wire.
    public let name: String
    /// One sentence for the documentation.
    public let summary: String
    /// What values it takes.
    public let shape: Shape
    /// Whether there is no default.
    public let isRequired: Bool
    /// The built-in default; null where there is none or ``defaultNote`` tells it.
    public let defaultValue: JSONValue
    /// The default in words, where it depends on other members.
    public let defaultNote: String?
    /// The environment variable whose value stands in when the member is left out.
    public let variable: String?
    /// Whether a missing value is shown as null in the effective document, instead of left out.
    public let showsNull: Bool
}
