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
