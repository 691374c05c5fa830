/// A limit that learns from how calls went.
protocol LearningLimit: Snapshot, Equatable {
    /// Its name in specs.
    static var algorithm: ConcurrencyAlgorithm { get }

    /// A limit that has learned nothing; `noise` is random bits.
    init(startingAt limit: Double, noise: UInt64)

    /// The present limit, before it is rounded down. Whoever makes it learn keeps it in bounds.
    var limit: Double { get set }
    /// How long a call takes when it does not wait for others; nil when that is not known.
    var baseline: Timespan? { get }

    /// Moves the limit.
    mutating func learn(_ sample: ConcurrencySample)
}
