/// A limit that follows the queue which longer durations betray, as TCP Vegas does.
///
/// The shortest duration seen is taken for the time of a call that waits for nobody, the
/// baseline. Of `limit` calls under way, `limit × (1 − baseline / duration)` then wait in a queue
/// somewhere behind. With L = log₁₀ of the limit, at least 1, the limit rises by 6·L while at most
/// L wait and by L while fewer than 3·L do, and falls by L when more than 6·L wait or a call was
/// lost. It does not rise while less than half of it is in use.
///
/// Now and then the baseline is measured anew, since what was short once may never come again:
/// after 15 to 30 times the limit calls, at random, so that not all keys do it at once.
///
/// The formulae and figures are those of `VegasLimit` in Netflix's concurrency-limits. Other than
/// there a loss only makes the limit fall: how long a lost call took says nothing about the
/// baseline.
struct VegasLimit: LearningLimit {
    static let algorithm = ConcurrencyAlgorithm.vegas
    /// The calls from one measuring of the baseline to the next, in limits.
    private static let probeMultiplier = 30.0

    var limit: Double
    private(set) var baseline: Timespan?
    /// The calls since the baseline was measured.
    private var calls: Int64 = 0
    /// How much of the calls between two measurings it is this time: 0.5…1.
    private var share: Double

    init(startingAt limit: Double, noise: UInt64) {
        self.limit = limit
        share = Self.share(noise)
    }

    mutating func learn(_ sample: ConcurrencySample) {
        switch sample {
        case .drop: limit -= Double(Self.logarithm(of: limit))
        case .success(let duration, let inFlight, let noise):
            calls += 1
            if share * Self.probeMultiplier * limit <= Double(calls) {
                (calls, share, baseline) = (0, Self.share(noise), duration)
            } else if let baseline, baseline <= duration {
                if Double(inFlight) * 2 >= limit { move(duration, baseline) }
            } else {
                baseline = duration
            }
        }
    }

    private mutating func move(_ duration: Timespan, _ baseline: Timespan) {
        let ratio = Double(baseline.nanoseconds) / Double(duration.nanoseconds)
        let queue = Int64((limit * (1 - ratio)).rounded(.up))
        let step = Self.logarithm(of: limit)
        if queue <= step {
            limit += Double(6 * step)
        } else if queue < 3 * step {
            limit += Double(step)
        } else if queue > 6 * step {
            limit -= Double(step)
        }
    }

    /// The logarithm to base 10, rounded down, at least 1.
    static func logarithm(of limit: Double) -> Int64 {
        var (rest, digits) = (Int64(limit), Int64(0))
        while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
        return max(1, digits)
    }

    private static func share(_ noise: UInt64) -> Double {
        0.5 + Double(noise >> 11) / Double(1 << 54 as UInt64)
    }

    var snapshot: JSONValue {
        [
            .number(limit), JSONValue(baseline?.nanoseconds), .integer(calls), .number(share),
        ]
    }

    init?(snapshot: JSONValue) {
        guard let figures = snapshot.array, figures.count == 4,
            let limit = AdaptiveConcurrency.limit(in: figures[0]),
            let calls = figures[2].integer, (0..<1 << 56).contains(calls),
            let share = figures[3].number, (0.5...1).contains(share)
        else { return nil }
        (self.limit, self.calls, self.share) = (limit, calls, share)
        guard figures[1] != .null else { return }
        guard let baseline = figures[1].integer, baseline > 0 else { return nil }
        self.baseline = Timespan(nanoseconds: baseline)
    }
}
