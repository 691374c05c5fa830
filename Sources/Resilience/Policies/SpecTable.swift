/// A part of a spec that its page tells of in a table of its own.
public struct SpecTable: Sendable {
    /// What the part is called: `a tier`.
    public let title: String
    /// Its members.
    public let fields: [FieldInfo]

    /// A table of the members of `type` where there are those kinds.
    public init<Part: SpecObject>(
        _ title: String, _ type: Part.Type, among kinds: [any PolicySpec.Type] = []
    ) {
        self.title = title
        fields = Part.fields(among: kinds).map(\.info)
    }
}
