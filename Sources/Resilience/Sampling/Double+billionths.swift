extension Double {
    /// The number in billionths, to the nearest: exactly what was written, for decimals of up to
    /// nine places below some millions.
    ///
    /// What is reckoned with a decimal of a spec is reckoned in these, in integers: as doubles,
    /// 1.1 times 10 is a little more than 11. The number must be at most a thousand million.
    var billionths: Int64 { Int64((self * 1_000_000_000).rounded()) }
}
