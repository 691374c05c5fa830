import Resilience

/// How calls went that were made without asking.
struct OutcomeBody: CallReport {
    var key: ExactString = ""
    var call = CallMembers()
    var count: Int64 = 1

    static let fields: [Field<OutcomeBody>] =
        [Field("key", \.key, .key, "Whom the calls were about.")] + callFields() + [
            Field("count", \.count, .integer(Bounds.counts), "How many calls went so.")
        ]
}
