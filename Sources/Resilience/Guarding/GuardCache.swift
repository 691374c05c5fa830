/// The cache of a guard, and what it is asked for.
public struct GuardCache: SpecObject {
    /// Its name.
    public var cache = ""
    /// What its key is made of.
    public var key = KeyTemplate.empty

    public init() {}

    public static let fields: [Field<GuardCache>] = [
        Field("cache", \.cache, .name, isRequired: true, "The name of the cache."),
        Field(
            "key", \.key, .keyTemplate, isRequired: true,
            "The key, made of the call's attributes: `{user}`."),
    ]
}
