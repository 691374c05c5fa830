/// The bulkhead of a guard, and whose slots it is asked for.
public struct GuardBulkhead: SpecObject {
    /// Its name.
    public var bulkhead = ""
    /// What its key is made of.
    public var key = KeyTemplate.empty

    public init() {}

    public static let fields: [Field<GuardBulkhead>] = [
        Field("bulkhead", \.bulkhead, .name, isRequired: true, "The name of the bulkhead."),
        Field(
            "key", \.key, .keyTemplate, "The key, made of the call's attributes: `{host}`."),
    ]
}
