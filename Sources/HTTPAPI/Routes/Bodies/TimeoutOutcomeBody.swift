import Resilience

/// How long a call took.
struct TimeoutOutcomeBody: SpecObject {
    var duration = Timespan.zero
    var outcome = Outcome.success

    static let fields: [Field<TimeoutOutcomeBody>] = [
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            isRequired: true, "How long it took."),
        Field("outcome", \.outcome, .choice, "How it went."),
    ]
}
