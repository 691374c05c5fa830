/// What is wrong with a template of keys.
public struct KeyTemplateFault: Error, Equatable, Sendable {
    /// The end of a sentence about it.
    public let detail: String

    init(_ detail: String) { self.detail = detail }
}
