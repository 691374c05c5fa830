import Dispatch
import Foundation

/// A thread of its own that is kept inside a piece of work until it is let go, so that a test can
/// block what the work holds without blocking a thread that other tests need.
public final class HeldThread: Sendable {
    private let gate = DispatchSemaphore(value: 0)

    /// Starts `work` on a thread, and returns when it has called the `hold` that it is given.
    public init(inside work: @escaping @Sendable (_ hold: () -> Void) -> Void) async {
        await withCheckedContinuation { held in
            let gate = gate
            Thread.detachNewThread {
                work {
                    held.resume()
                    gate.wait()
                }
            }
        }
    }

    /// Lets the work go on. To be called once.
    public func letGo() { gate.signal() }
}
