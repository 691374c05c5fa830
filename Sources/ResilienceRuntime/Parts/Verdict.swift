import Resilience

/// What comes of a call that all parts were asked about.
enum Verdict {
    /// It is made.
    case charge
    /// It is denied.
    case leave
    /// It is made when its turn with the bulkhead has come, if the others allow it then.
    case line(Waiter)
}
