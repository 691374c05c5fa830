import Resilience

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
