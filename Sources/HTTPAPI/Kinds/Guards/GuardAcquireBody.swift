import Resilience

/// What a call to a guard says.
struct GuardAcquireBody: AcquireBody {
    var attributes: [String: String] = [:]
    var cost: Int64 = 1
    var attempt: Int64 = 1
    var wait: Timespan? = .zero
    var reporter: String?
    /// Whether the answer has that of each part.
    var explains = false

    static let fields: [Field<GuardAcquireBody>] = [
        Field(
            "attributes", \.attributes, .attributes,
            "What the keys of the guard's parts are made of, by name."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it costs with each limiter; 0 looks."),
        Field(
            "attempt", \.attempt, .integer(Bounds.attempts),
            "Which attempt it is; the first call is 1."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait to be allowed."),
        Field("reporter", \.reporter, .label, "Who asks."),
    ]

    mutating func take(_ query: inout Query) {
        explains = query.choice("explain", ["true": true, "false": false]) ?? false
    }
}
