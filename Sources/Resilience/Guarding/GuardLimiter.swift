/// A limiter of a guard, and whom it is asked about.
public struct GuardLimiter: SpecObject {
    /// Its name.
    public var limiter = ""
    /// What its key is made of.
    public var key = KeyTemplate.empty

    public init() {}

    public static let fields: [Field<GuardLimiter>] = [
        Field("limiter", \.limiter, .name, isRequired: true, "The name of the limiter."),
        Field(
            "key", \.key, .keyTemplate, isRequired: true,
            "The key, made of the call's attributes: `{user}`."),
    ]
}
