import Resilience

/// Why a state is set back.
struct ResetBody: SpecObject {
    var reason: String?

    static let fields: [Field<ResetBody>] = [
        Field("reason", \.reason, .reason, "Why, for the history.")
    ]
}
