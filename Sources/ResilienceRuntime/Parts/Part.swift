import Resilience

/// A part of a guard that decides.
protocol Part: AnyObject, Sendable {
    /// It as it is asked about one call.
    func asked(about key: ExactString, cost: Int64) -> AskedPart
}

/// A part that is asked about one call, and what it says: see `JointAttempt`.
class AskedPart: JointPart {
    let lock: any OrderedLock
    /// What it is asked about.
    let key: ExactString
    var refusal: Denied?
    /// How long the call is to wait before it is made.
    var delay = Timespan.zero
    /// Tells the part how the call went; nil where it does not want to know.
    var settle: Settlement?

    /// The part that this lock guards, not asked yet.
    init(_ lock: any OrderedLock, _ key: ExactString) { (self.lock, self.key) = (lock, key) }

    var retryAfter: Timespan? { refusal?.retryAfter }
    var isAllowed: Bool { refusal == nil }
    var isOnlyBehind: Bool { false }

    func ask(at now: Instant) {}

    func keep() {}

    func refuse() {}

    func drop() {}
}

/// Tells a part how a call went that it was charged for.
typealias Settlement = @Sendable (Outcome, Timespan) -> Void

extension JointAnswer where Part: AskedPart {
    /// The first denial, with the longest wait of all; nil when the call is allowed.
    var denied: Denied? {
        var denied = denials.first?.refusal
        denied?.retryAfter = retryAfter
        return denied
    }
}
