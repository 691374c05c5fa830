import ControlPlane
import Resilience

/// A call to a bulkhead.
struct BulkheadAcquireBody: AcquireBody {
    var key: ExactString = ""
    var wait: Timespan?
    var lease: Timespan?
    var holder = ""

    static let fields: [Field<BulkheadAcquireBody>] = [
        Field("key", \.key, .key, "Whose slots the call is about."),
        Field(
            "wait_ms", \.wait, .milliseconds(Bounds.waitsMilliseconds),
            "How long it would wait for a slot; at most, and by default, as the policy says."),
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long it would hold it; at most, and by default, as the policy says."),
        Field("holder", \.holder, .label, "Who asks, for those who look at the slots."),
    ]

    /// The request that it is.
    var request: BulkheadRequest {
        BulkheadRequest(key: key, wait: wait, lease: lease, holder: holder)
    }
}
