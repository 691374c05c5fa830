/// The breaker of a guard, and what it is asked about.
public struct GuardBreaker: SpecObject {
    /// Its name.
    public var breaker = ""
    /// What its key is made of.
    public var key = KeyTemplate.empty

    public init() {}

    public static let fields: [Field<GuardBreaker>] = [
        Field("breaker", \.breaker, .name, isRequired: true, "The name of the breaker."),
        Field(
            "key", \.key, .keyTemplate, "The key, made of the call's attributes: `{host}`."),
    ]
}
