import Resilience

/// What whoever may try again tells of the attempt that failed.
protocol AttemptReport: SpecObject {
    var elapsed: Timespan { get set }
    var retryAfter: String? { get set }
    var previousDelay: Timespan? { get set }
}

extension AttemptReport {
    /// The members that every such report has.
    static var attemptFields: [Field<Self>] {
        [
            Field(
                "elapsed_ms", \.elapsed, .milliseconds(Bounds.durationsMilliseconds),
                "How long ago the first attempt began."),
            Field("retry_after", \.retryAfter, .label, "What the answer's Retry-After said."),
            Field(
                "previous_delay_ms", \.previousDelay,
                .milliseconds(Bounds.durationsMilliseconds), "The delay before this attempt."),
        ]
    }
}
