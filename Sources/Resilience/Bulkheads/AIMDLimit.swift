/// A limit that grows by one with each success, and shrinks by a tenth with each loss: additive
/// increase, multiplicative decrease, as TCP has it.
///
/// It does not grow while less than half of it is in use, since nothing was tried then.
/// The rule and its figures are those of `AIMDLimit` in Netflix's concurrency-limits.
struct AIMDLimit: LearningLimit {
    static let algorithm = ConcurrencyAlgorithm.aimd
    /// What a loss leaves of it.
    private static let backoff = 0.9

    var limit: Double

    init(startingAt limit: Double, noise: UInt64) { self.limit = limit }

    var baseline: Timespan? { nil }

    mutating func learn(_ sample: ConcurrencySample) {
        switch sample {
        case .drop: limit = (limit * Self.backoff).rounded(.down)
        case .success(_, let inFlight, _) where Double(inFlight) * 2 >= limit: limit += 1
        case .success: break
        }
    }

    var snapshot: JSONValue { [.number(limit)] }

    init?(snapshot: JSONValue) {
        guard let figures = snapshot.array, figures.count == 1,
            let limit = AdaptiveConcurrency.limit(in: figures[0])
        else { return nil }
        self.limit = limit
    }
}
