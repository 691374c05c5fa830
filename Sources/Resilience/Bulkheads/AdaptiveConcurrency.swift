/// The limit of one key of an adaptive bulkhead, with what it has learned.
enum AdaptiveConcurrency: Equatable, Sendable {
    case aimd(AIMDLimit)
    case vegas(VegasLimit)
    case gradient2(Gradient2Limit)

    /// A limit that has learned nothing; `noise` is random bits.
    init(_ algorithm: ConcurrencyAlgorithm, startingAt start: Int64, noise: UInt64) {
        let limit = Double(start)
        self =
            switch algorithm {
            case .aimd: .aimd(AIMDLimit(startingAt: limit, noise: noise))
            case .vegas: .vegas(VegasLimit(startingAt: limit, noise: noise))
            case .gradient2: .gradient2(Gradient2Limit(startingAt: limit, noise: noise))
            }
    }

    /// What moves it.
    var algorithm: ConcurrencyAlgorithm { type(of: learner).algorithm }
    /// How many calls may be under way; part of a call is none.
    var limit: Int64 { Int64(learner.limit) }
    /// How long a call takes when it does not wait for others; nil when that is not known.
    var baseline: Timespan? { learner.baseline }

    /// Moves the limit, within the bounds of `spec`.
    mutating func learn(_ sample: ConcurrencySample, _ spec: AdaptiveConcurrencySpec) {
        switch self {
        case .aimd(let limit): self = .aimd(limit.learning(sample, spec))
        case .vegas(let limit): self = .vegas(limit.learning(sample, spec))
        case .gradient2(let limit): self = .gradient2(limit.learning(sample, spec))
        }
    }

    /// Brings the limit within the bounds of `spec`.
    mutating func fit(_ spec: AdaptiveConcurrencySpec) {
        switch self {
        case .aimd(let limit): self = .aimd(limit.fitting(spec))
        case .vegas(let limit): self = .vegas(limit.fitting(spec))
        case .gradient2(let limit): self = .gradient2(limit.fitting(spec))
        }
    }

    private var learner: any LearningLimit {
        switch self {
        case .aimd(let limit): limit
        case .vegas(let limit): limit
        case .gradient2(let limit): limit
        }
    }

    /// The limit that a document says; nil when that cannot be one.
    static func limit(in value: JSONValue) -> Double? {
        let range = Double(Bounds.counts.lowerBound)...Double(Bounds.counts.upperBound)
        return value.number.flatMap { range.contains($0) ? $0 : nil }
    }
}

extension LearningLimit {
    fileprivate func learning(
        _ sample: ConcurrencySample, _ spec: AdaptiveConcurrencySpec
    ) -> Self {
        var limit = self
        limit.learn(sample)
        return limit.fitting(spec)
    }

    fileprivate func fitting(_ spec: AdaptiveConcurrencySpec) -> Self {
        var limit = self
        limit.limit = spec.clamp(limit.limit)
        return limit
    }
}

extension AdaptiveConcurrency: Snapshot {
    var snapshot: JSONValue { [.string(algorithm.rawValue), learner.snapshot] }

    init?(snapshot: JSONValue) {
        guard let parts = snapshot.array, parts.count == 2,
            let algorithm = parts[0].string.flatMap(ConcurrencyAlgorithm.init)
        else { return nil }
        switch algorithm {
        case .aimd:
            guard let limit = AIMDLimit(snapshot: parts[1]) else { return nil }
            self = .aimd(limit)
        case .vegas:
            guard let limit = VegasLimit(snapshot: parts[1]) else { return nil }
            self = .vegas(limit)
        case .gradient2:
            guard let limit = Gradient2Limit(snapshot: parts[1]) else { return nil }
            self = .gradient2(limit)
        }
    }
}
