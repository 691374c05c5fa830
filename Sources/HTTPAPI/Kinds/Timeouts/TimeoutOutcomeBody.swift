import Resilience

/// How long a call took.
struct TimeoutOutcomeBody: CallReport {
    var call = CallMembers()

    static let fields: [Field<TimeoutOutcomeBody>] =
        callFields(requiresOutcome: false, requiresDuration: true)
}
