public import Resilience

/// A part of a guard, and which key of it a call is about.
public struct Keyed<Asked: Sendable>: Sendable {
    /// The part.
    public let part: Asked
    /// The key, with `{attribute}` for what a call says of itself.
    public let key: KeyTemplate

    /// A part of which every call is about the same key, the empty one.
    public init(_ part: Asked) { (self.part, key) = (part, .empty) }

    /// A part of which a call is about the key that `template` makes of its attributes, such as
    /// `{user}`.
    ///
    /// - Throws: What is wrong with the template.
    public init(_ part: Asked, by template: String) throws(KeyTemplateFault) {
        (self.part, key) = (part, try KeyTemplate(template))
    }
}
