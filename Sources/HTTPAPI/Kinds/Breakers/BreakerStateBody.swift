import ControlPlane
import Resilience

/// Where a breaker is to be put.
struct BreakerStateBody: SpecObject {
    var state = ManualState.forcedOpen
    var until: Instant?
    var reason: String?

    /// What a breaker may be put into, on the wire.
    enum ManualState: String, CaseIterable {
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
        case open, closed
    }

    static let fields: [Field<BreakerStateBody>] = [
        Field("state", \.state, .choice, isRequired: true, "Where it is put."),
        Field("until_at", \.until, .timestamp, "Until when it is forced."),
        Field("reason", \.reason, .reason, "Why, for the history."),
    ]

    static let decisiveMembers: Set<String>? = ["state"]

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if until != nil, state == .open || state == .closed {
            reader.fault(pointer.appending("until_at"), "needs a forced state")
        }
    }

    /// The position that it names.
    var position: ManualPosition {
        switch state {
        case .forcedOpen: .forcedOpen(until: until)
        case .forcedClosed: .forcedClosed(until: until)
        case .open: .open
        case .closed: .closed
        }
    }
}
