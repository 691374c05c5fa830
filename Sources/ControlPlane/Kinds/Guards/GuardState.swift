import Resilience

/// What a guard keeps for calls with the same keys: nothing but their line.
struct GuardState: KeyState {
    typealias Waiter = WaitingCall<GuardRequest, GuardAnswer>

    static let isStored = false

    init(at now: Instant) {}

    init?(snapshot: JSONValue) {}

    var snapshot: JSONValue { [:] }
}
