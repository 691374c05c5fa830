import ControlPlane
import Resilience

/// How a call went that had a permit.
struct PermitOutcomeBody: CallReport {
    var call = CallMembers()
    var previousDelay: Timespan?

    static let fields: [Field<PermitOutcomeBody>] =
        callFields() + [.previousDelay(\.previousDelay)]

    /// The report that it is: of the call, and of the attempt for whoever may try again.
    var settlement: OutcomeReport {
        var report = report()
        report.previousDelay = previousDelay
        return report
    }
}

extension Field {
    /// The delay before the attempt that is told of.
    static func previousDelay(
        _ property: any WritableKeyPath<Owner, Timespan?> & Sendable
    ) -> Field {
        Field(
            "previous_delay_ms", property, .milliseconds(Bounds.durationsMilliseconds),
            "The delay before this attempt.")
    }
}
