import ControlPlane
import Resilience

/// A failed attempt.
struct RetryBody: CallReport {
    var attempt: Int64 = 1
    var call = CallMembers(outcome: .failure)
    var previousDelay: Timespan?

    static let fields: [Field<RetryBody>] =
        [
            Field(
                "attempt", \.attempt, .integer(Bounds.attempts), isRequired: true,
                "Which attempt failed; the first call is 1.")
        ] + callFields(requiresOutcome: false) + [.previousDelay(\.previousDelay)]

    /// The report that it is.
    var failed: OutcomeReport {
        var report = report()
        report.previousDelay = previousDelay
        return report
    }
}
