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

/// How a call went, as far as a limit learns from it.
enum ConcurrencySample: Equatable, Sendable {
    /// It was lost for want of capacity: it ran into a timeout, or took longer than it should.
    case drop
    /// It succeeded in so long a time.
    ///
    /// - Parameters:
    ///   - duration: at least a millisecond, since what takes less is told as none.
    ///   - inFlight: how many calls were under way when it ended, itself included.
    ///   - noise: random bits, for what must not happen to many keys at once.
    case success(duration: Timespan, inFlight: Int64, noise: UInt64)
}

/// How the limit of a bulkhead moves.
public struct AdaptiveConcurrencySpec: SpecObject {
    /// What moves it.
    public var algorithm = ConcurrencyAlgorithm.aimd
    /// It never falls below.
    public var minimum: Int64 = 1
    /// It never rises above.
    public var maximum: Int64?
    /// A call that succeeds but takes longer counts as lost; nil when none does.
    public var targetLatency: Timespan?

    public init() {}

    public static let fields: [Field<AdaptiveConcurrencySpec>] = [
        Field("algorithm", \.algorithm, .choice, isRequired: true, "What moves the limit."),
        Field("min", \.minimum, .slots, "The limit never falls below."),
        Field(
            "max", \.maximum, .slots,
            defaultNote: "200, for `vegas` 1000, or a larger `max_concurrent`",
            "The limit never rises above."),
        Field(
            "target_latency_ms", \.targetLatency, .milliseconds(Bounds.periodsMilliseconds),
            defaultNote: "5000, for `aimd`", showsNull: true,
            "A call that succeeds but takes longer makes the limit fall, as a timeout does."),
    ]

    public static let decisiveMembers: Set<String>? = ["algorithm", "min", "max"]

    public mutating func fillDependentDefaults() {
        if algorithm == .aimd { targetLatency = targetLatency ?? .seconds(5) }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if let maximum, minimum > maximum {
            reader.fault(pointer.appending("min"), "must be at most max (\(maximum))")
        }
    }

    /// The spec with the default that depends on where the limit starts.
    func completed(startingAt start: Int64) -> AdaptiveConcurrencySpec {
        var spec = self
        spec.maximum = maximum ?? max(start, algorithm == .vegas ? 1000 : 200)
        return spec
    }

    /// The limit nearest to `limit` that the spec has.
    func clamp(_ limit: Double) -> Double {
        max(Double(minimum), min(limit, maximum.map { Double($0) } ?? limit))
    }
}

/// What moves the limit of a bulkhead.
public enum ConcurrencyAlgorithm: String, CaseIterable, Sendable {
    /// Up by one with each call that goes well, down by a tenth with each that is lost.
    case aimd
    /// By the queue that longer durations betray.
    case vegas
    /// By the relation of the present duration to the usual one.
    case gradient2
}
