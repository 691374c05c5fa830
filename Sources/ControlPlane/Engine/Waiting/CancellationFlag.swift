import Synchronization

/// Whether a call was given up before it came to wait.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    /// Whether it was.
    var isSet: Bool { flag.load(ordering: .acquiring) }

    /// Notes that it was.
    func set() { flag.store(true, ordering: .releasing) }
}
