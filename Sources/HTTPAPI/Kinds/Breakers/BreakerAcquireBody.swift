import Resilience

/// A call to a breaker.
struct BreakerAcquireBody: AcquireBody {
    var key: ExactString = ""
    var reporter: String?
    var wait: Timespan? = .zero

    static let fields: [Field<BreakerAcquireBody>] = [
        Field("key", \.key, .key, "Whom the call is about."),
        Field("reporter", \.reporter, .label, "Who asks."),
    ]
}
