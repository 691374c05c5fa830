/// A limit that follows the relation of the usual duration to the present one.
///
/// The usual duration is an average over long. While the present one is at most half as long
/// again, the limit makes a fifth of a step of 4 upwards with each call; the longer the present
/// one, the more it is drawn down, at most to half, again by a fifth of the way. So it settles
/// where a queue of a few calls stands behind. It does not move while less than half of it is in
/// use. When the present duration is less than half of the usual one, the target has recovered
/// from a long time of load, and the usual one is brought down by a twentieth with each call.
///
/// The formulae and figures are those of `Gradient2Limit` in Netflix's concurrency-limits, which
/// takes no notice of lost calls. Here one draws the limit down as the steepest gradient does,
/// with no allowance for a queue: to nine tenths.
struct Gradient2Limit: LearningLimit {
    static let algorithm = ConcurrencyAlgorithm.gradient2
    /// How many calls may queue behind.
    private static let queue = 4.0
    /// How much of the way to where it should be it goes with one call.
    private static let smoothing = 0.2
    /// How much longer than usual is no sign of a queue.
    private static let tolerance = 1.5
    /// What one call can leave of it at least, before smoothing.
    private static let steepest = 0.5

    var limit: Double
    /// How long calls take usually, in nanoseconds.
    private var usual = MovingAverage(window: 600, warmUp: 10)

    init(startingAt limit: Double, noise: UInt64) { self.limit = limit }

    var baseline: Timespan? {
        usual.count == 0 ? nil : Timespan(nanoseconds: Int64(clamped: usual.value))
    }

    mutating func learn(_ sample: ConcurrencySample) {
        switch sample {
        case .drop: approach(limit * Self.steepest)
        case .success(let duration, let inFlight, _):
            let present = Double(duration.nanoseconds)
            let usual = self.usual.add(present)
            if usual / present > 2 { self.usual.scale(by: 0.95) }
            guard Double(inFlight) >= limit / 2 else { return }
            let gradient = max(Self.steepest, min(1, Self.tolerance * usual / present))
            approach(limit * gradient + Self.queue)
        }
    }

    private mutating func approach(_ goal: Double) {
        limit = limit * (1 - Self.smoothing) + goal * Self.smoothing
    }

    var snapshot: JSONValue { [.number(limit), usual.snapshot] }

    init?(snapshot: JSONValue) {
        guard let figures = snapshot.array, figures.count == 2,
            let limit = AdaptiveConcurrency.limit(in: figures[0]),
            usual.read(figures[1])
        else { return nil }
        self.limit = limit
    }
}

/// An average in which each value counts for less the longer ago it was.
///
/// The first `warmUp` values are averaged evenly; after that each new one counts for 2 / (n + 1),
/// n being the `window`.
struct MovingAverage: Equatable, Sendable {
    let window: Int64
    let warmUp: Int64
    /// The average.
    private(set) var value = 0.0
    /// How many values it is of, up to `warmUp`.
    private(set) var count: Int64 = 0
    /// The sum of the first values.
    private var sum = 0.0

    init(window: Int64, warmUp: Int64) { (self.window, self.warmUp) = (window, warmUp) }

    /// Takes one more value in, and tells the average.
    @discardableResult
    mutating func add(_ number: Double) -> Double {
        if count < warmUp {
            count += 1
            sum += number
            value = sum / Double(count)
        } else {
            let factor = 2 / Double(window + 1)
            value = value * (1 - factor) + number * factor
        }
        return value
    }

    /// Makes the average so many times as large.
    mutating func scale(by factor: Double) { value *= factor }

    /// The average as a document.
    var snapshot: JSONValue { [.number(value), .integer(count), .number(sum)] }

    /// Takes over what a document says; false when it says no such thing.
    mutating func read(_ snapshot: JSONValue) -> Bool {
        guard let figures = snapshot.array, figures.count == 3,
            let value = figures[0].number, value >= 0, value < 1e18,
            let count = figures[1].integer, (0...warmUp).contains(count),
            let sum = figures[2].number, sum >= 0, sum < 1e20
        else { return false }
        (self.value, self.count, self.sum) = (value, count, sum)
        return true
    }
}
