import Resilience

/// How a call ended after all its attempts.
struct RetryOutcomeBody: SpecObject {
    var outcome = Result.success
    var attempts: Int64 = 1
    var duration: Timespan?

    /// The two ends there are.
    enum Result: String, CaseIterable {
        case success, failure
    }

    static let fields: [Field<RetryOutcomeBody>] = [
        Field("outcome", \.outcome, .choice, isRequired: true, "How it ended."),
        Field("attempts", \.attempts, .integer(1...2_147_483_647), "How many attempts it took."),
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            "How long it took."),
    ]
}
