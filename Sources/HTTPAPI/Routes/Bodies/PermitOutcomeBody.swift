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
}
