import Resilience

/// How a call ended after all its attempts.
struct RetryOutcomeBody: CallReport {
    var call = CallMembers()
    var attempts: Int64 = 1

    static let fields: [Field<RetryOutcomeBody>] =
        callFields() + [
            Field("attempts", \.attempts, .integer(Bounds.attempts), "How many attempts it took.")
        ]
}
