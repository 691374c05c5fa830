import Resilience

/// Policies to look at only.
struct ValidateBody: SpecObject {
    var policies: [JSONValue] = []

    static let fields: [Field<ValidateBody>] = [
        Field("policies", \.policies, .policies, isRequired: true, "The policies.")
    ]
}
