import Synchronization

/// A change that sets states back, or puts others in their place, and is in force only once it is
/// on disk. What is handed over of these states until then is of before it, though it comes after
/// it: it gives way where the change was written, and counts where it was not.
public final class StateReset: Sendable {
    private let written = Atomic(false)

    /// A change that is still to be handed over.
    public init() {}

    /// Whether it has been written, as far as the transaction under way has come.
    var isWritten: Bool { written.load(ordering: .relaxed) }

    /// Notes that it has been written, or that this was rolled back.
    func note(isWritten: Bool) { written.store(isWritten, ordering: .relaxed) }
}
