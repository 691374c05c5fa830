/// The last so many calls, exactly.
///
/// Each call is a bit in each of three rings: whether it failed, whether that was a timeout, and
/// whether it was slow. A ring without a bit is not kept, so that a healthy breaker's window is
/// only numbers whatever its size; with all of them it takes three bits a call.
struct CountWindow: Equatable, Sendable {
    let size: Int64
    /// How many calls of each kind it holds.
    private(set) var counts = CallCounts()
    /// How many calls there ever were, but for whole turns of the rings; the place of the last.
    private(set) var position: Int64 = 0
    private var failed = BitRing()
    private var timedOut = BitRing()
    private var slow = BitRing()

    /// Past it places are counted from lower numbers again, far from where they would overflow.
    static let longestCount: Int64 = 1 << 55

    init(size: Int64) { self.size = size }

    /// The window with these rings; nil when they do not fit it, or contradict each other.
    init?(size: Int64, position: Int64, failed: BitRing, timedOut: BitRing, slow: BitRing) {
        self.init(size: size)
        let total = min(size, position)
        let rings = [failed, timedOut, slow]
        guard rings.allSatisfy({ $0.fits(size, used: total) }), timedOut.isSubset(of: failed) else {
            return nil
        }
        (self.failed, self.timedOut, self.slow) = (failed, timedOut, slow)
        self.position = position
        counts = CallCounts(
            successes: total - failed.count, failures: failed.count, timeouts: timedOut.count,
            slow: slow.count)
    }

    /// The place of the oldest call that the window holds.
    var oldest: Int64 { position - counts.total + 1 }

    /// The rings of what failed, timed out and was slow.
    var rings: [BitRing] { [failed, timedOut, slow] }

    /// Adds so many calls of one kind. O(1) for each 64 calls, and at most for each 64 of the size.
    ///
    /// - Returns: By how much places have become lower; nearly always 0.
    mutating func add(_ kind: CallKind, _ count: Int64) -> Int64 {
        let count = min(count, Self.longestCount)
        let added = min(count, size)
        let start = (position + count - added) % size
        let forgotten = max(0, min(position, size) + added - size)
        let total = counts.total + added - forgotten
        let places = start..<start + added
        failed.set(places, to: kind.outcome.isFailure, size: size)
        timedOut.set(places, to: kind.outcome == .timeout, size: size)
        slow.set(places, to: kind.isSlow, size: size)
        counts = CallCounts(
            successes: total - failed.count, failures: failed.count, timeouts: timedOut.count,
            slow: slow.count)
        position += count
        return lowerPlaces()
    }

    private mutating func lowerPlaces() -> Int64 {
        guard position > Self.longestCount else { return 0 }
        // Whole turns, so that each call stays where it is in the rings.
        let shift = (position / size - 1) * size
        position -= shift
        return shift
    }
}
