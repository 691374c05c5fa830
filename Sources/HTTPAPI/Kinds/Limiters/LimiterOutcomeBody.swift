import Resilience

/// How long a call took that an adaptive limiter had let through.
struct LimiterOutcomeBody: CallReport {
    var call = CallMembers()

    static let fields: [Field<LimiterOutcomeBody>] =
        callFields(requiresOutcome: false, requiresDuration: true)
}
