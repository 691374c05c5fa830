import Resilience

/// How many calls went, each told by itself.
struct OutcomesBody: SpecObject {
    var outcomes: [OutcomeBody] = []

    static let fields: [Field<OutcomesBody>] = [
        Field(
            "outcomes", \.outcomes, .list(of: .object, maximumCount: 1000), isRequired: true,
            "How the calls went.")
    ]
}
