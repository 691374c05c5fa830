/// An override that took effect.
public struct AppliedOverride: Equatable, Sendable {
    /// The place in the spec, its steps joined by dots.
    public let field: String
    /// The variable it came from.
    public let variable: String
    /// The value it set.
    public let value: JSONValue

    /// An override of that field by that variable.
    public init(field: String, variable: String, value: JSONValue) {
        self.field = field
        self.variable = variable
        self.value = value
    }

    /// The override as a document.
    public var document: JSONObject {
        ["field": .string(field), "variable": .string(variable), "value": value]
    }
}
