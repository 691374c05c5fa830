import Resilience

/// How long a lease is to last.
struct RenewBody: SpecObject {
    var lease: Timespan?

    static let fields: [Field<RenewBody>] = [
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long from now; at most what the policy gives.")
    ]
}
