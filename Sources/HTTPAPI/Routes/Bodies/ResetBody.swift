import Resilience

/// What is reset, and why.
struct ResetBody: SpecObject {
    var key: ExactString?
    var all = false
    var reason: String?

    static let fields: [Field<ResetBody>] = [
        Field("key", \.key, .key, "The key to reset."),
        Field("all", \.all, .flag, "Whether to reset all keys."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]

    static let decisiveMembers: Set<String>? = ["key", "all"]

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if (key != nil) == all { reader.fault(pointer, "must have either key or \"all\": true") }
    }
}
