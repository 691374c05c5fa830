import Resilience

/// What went wrong with a call.
struct ErrorBody: SpecObject {
    var type: String?
    var message: String?
    var status: Int64?

    static let fields: [Field<ErrorBody>] = [
        Field("type", \.type, .label, "What sort of error it was."),
        Field("message", \.message, .text(maximumBytes: 1024), "What it said."),
        Field(
            "status", \.status, .integer(Bounds.statuses),
            "The HTTP status, where there was one."),
    ]

    static let decisiveMembers: Set<String>? = ["status"]
}
