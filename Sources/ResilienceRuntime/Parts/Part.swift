import Resilience

/// A part of a guard that decides.
///
/// All parts of a guard are asked with the locks of all of them held, each having called the next.
/// So all are charged, or none, and nobody else's call comes between.
protocol Part: AnyObject, Sendable {
    /// Asks about a call. With the lock held `others` is given this part's reply, and tells what
    /// comes of the call; the part is charged if that is ``Verdict/charge``.
    func ask(_ key: ExactString, cost: Int64, _ others: (PartReply) -> Verdict)
}

/// Tells a part how a call went that it was charged for.
typealias Settlement = @Sendable (Outcome, Timespan) -> Void
