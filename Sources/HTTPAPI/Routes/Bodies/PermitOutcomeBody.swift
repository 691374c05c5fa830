import ControlPlane
import Resilience

/// How a call went that had a permit.
struct PermitOutcomeBody: CallReport, AttemptReport {
    var outcome = Outcome.success
    var duration: Timespan?
    var error: ErrorBody?
    var reporter: String?
    var elapsed = Timespan.zero
    var retryAfter: String?
    var previousDelay: Timespan?

    static let fields: [Field<PermitOutcomeBody>] = callFields + attemptFields

    /// The report that it is: of the call, and of the attempt for whoever may try again.
    var settlement: OutcomeReport {
        var report = report()
        report.elapsed = elapsed
        report.retryAfter = retryAfter
        report.previousDelay = previousDelay
        return report
    }
}
