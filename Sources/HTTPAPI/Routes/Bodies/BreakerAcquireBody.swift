import Resilience

/// A call to a breaker.
struct BreakerAcquireBody: SpecObject {
    var key: ExactString = ""
    var reporter: String?

    static let fields: [Field<BreakerAcquireBody>] = [
        Field("key", \.key, .key, "Whom the call is about."),
        Field("reporter", \.reporter, .label, "Who asks."),
    ]
}
