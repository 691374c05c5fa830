import Resilience

/// The state that a policy keeps for one key.
protocol KeyState: Snapshot, Equatable {
    /// A call that waits for its turn with the key; `Never` where none does.
    associatedtype Waiter: LineMember = Never

    /// Whether it is written to disk.
    static var isStored: Bool { get }

    /// The state of a key that has not been seen.
    init(at now: Instant)
}

extension KeyState {
    static var isStored: Bool { true }
}
