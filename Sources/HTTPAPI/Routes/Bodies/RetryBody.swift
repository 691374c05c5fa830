import Resilience

/// A failed attempt.
struct RetryBody: AttemptReport {
    var attempt: Int64 = 1
    var status: Int64?
    var error: String?
    var elapsed = Timespan.zero
    var retryAfter: String?
    var previousDelay: Timespan?

    static let fields: [Field<RetryBody>] =
        [
            Field(
                "attempt", \.attempt, .integer(1...2_147_483_647), isRequired: true,
                "Which attempt failed; the first call is 1."),
            Field(
                "status", \.status, .integer(100...599), "The HTTP status, where there was one."),
            Field("error", \.error, .label, "The name of the error."),
        ] + attemptFields

    /// The failed attempt that it is.
    var failed: FailedAttempt {
        var failed = FailedAttempt(attempt, status: status, error: error)
        failed.elapsed = elapsed
        failed.previousDelay = previousDelay
        return failed
    }
}
