import Resilience

/// How long a call took that an adaptive limiter had let through.
struct LimiterOutcomeBody: SpecObject {
    var duration = Timespan.zero

    static let fields: [Field<LimiterOutcomeBody>] = [
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            isRequired: true, "How long it took.")
    ]
}
