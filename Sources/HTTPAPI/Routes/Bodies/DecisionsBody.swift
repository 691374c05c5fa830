import Resilience

/// Questions to several policies.
struct DecisionsBody: SpecObject {
    var decisions: [JSONValue] = []

    static let fields: [Field<DecisionsBody>] = [
        Field(
            "decisions", \.decisions, .list(of: .any, minimumCount: 0, maximumCount: 1000),
            isRequired: true, "The questions, each with the kind and the name of a policy.")
    ]
}
