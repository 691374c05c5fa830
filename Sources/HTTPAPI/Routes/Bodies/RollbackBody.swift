import Resilience

/// Which version to go back to.
struct RollbackBody: SpecObject {
    var version: Int64 = 0
    var reason: String?

    static let fields: [Field<RollbackBody>] = [
        Field("version", \.version, .integer(1...(.max)), isRequired: true, "The old version."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]
}
