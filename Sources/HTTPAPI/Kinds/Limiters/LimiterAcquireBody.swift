import Resilience

/// What a call to a limiter says.
struct LimiterAcquireBody: AcquireBody {
    var key: ExactString = ""
    var cost: Int64 = 1
    var tier: String?
    var wait: Timespan? = .zero

    static let fields: [Field<LimiterAcquireBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whom the call is about."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it costs; 0 looks."),
        Field("tier", \.tier, .name, "The tier it asks for."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait to be allowed."),
    ]
}
