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

/// A part's reply to a call.
struct PartReply {
    /// The no; nil when the part allows the call.
    var denial: Denied?
    /// How long the call is to wait before it is made.
    var delay = Timespan.zero
    /// How long the call may stand in line instead of being denied.
    var wait: Timespan?
    /// Tells the part how the call went; nil where it does not want to know.
    var settle: Settlement?
}

/// What comes of a call that all parts were asked about.
enum Verdict {
    /// It is made.
    case charge
    /// It is denied.
    case leave
    /// It is made when its turn with the bulkhead has come, if the others allow it then.
    case line(Waiter)
}
