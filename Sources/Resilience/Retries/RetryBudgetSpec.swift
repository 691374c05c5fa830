/// How many retries all callers together may make: a part of the first attempts, and some that
/// are always granted, so that the budget of a quiet service is not nothing.
///
/// Retries multiply the load on a target exactly when it is failing. A budget bounds that: with a
/// ratio of 0.2 a target that answers nothing any more sees a fifth more calls, not three times
/// as many.
public struct RetryBudgetSpec: SpecObject {
    /// How many retries each first attempt pays for.
    public var ratio = 0.2
    /// How many are granted each second besides.
    public var minimumPerSecond = 10.0
    /// How far back first attempts and retries count.
    public var window = Timespan.seconds(10)

    public init() {}

    public static let fields: [Field<RetryBudgetSpec>] = [
        Field(
            "ratio", \.ratio, .number(Bounds.rates),
            "How many retries each first attempt pays for."),
        Field(
            "min_per_second", \.minimumPerSecond, .number(Bounds.perSecond),
            "How many retries are granted a second besides, over the whole window."),
        Field(
            "window_ms", \.window, .milliseconds(Bounds.slicedWindowsMilliseconds),
            "How far back attempts count: for more than 0.9 and at most all of it."),
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard ratio.billionths == 0, retries(per: 0) == 0 else { return }
        reader.fault(
            pointer.appending("min_per_second"),
            "must come to a retry in window_ms, since with a ratio of 0 there is no other")
    }

    /// How many retries so many first attempts allow: ratio × first attempts + retries a second ×
    /// window, rounded down.
    ///
    /// Both figures count as the decimals that they are written as, to nine places, and all is
    /// reckoned in integers, so that 0.29 of 100 is 29; as doubles it would be a little less.
    func retries(per firstAttempts: Int64) -> Int64 {
        let milliseconds = Int128(window.milliseconds)
        let paid = Int128(ratio.billionths) * Int128(firstAttempts) * 1000
        let free = Int128(minimumPerSecond.billionths) * milliseconds
        return Int64(clamping: (paid + free) / (Int128(1.0.billionths) * 1000))
    }
}
