/// What moves the limit of a bulkhead.
public enum ConcurrencyAlgorithm: String, CaseIterable, Sendable {
    /// Up by one with each call that goes well, down by a tenth with each that is lost.
    case aimd
    /// By the queue that longer durations betray.
    case vegas
    /// By the relation of the present duration to the usual one.
    case gradient2
}
