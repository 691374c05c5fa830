/// A span that is multiplied again and again, up to a cap.
///
/// The exact value is rounded down once, to whole milliseconds. A multiplier is taken for the
/// decimal number that it is written as: 100 ms × 1.4² is 196 ms, although the product of the
/// binary doubles is a little less. As long as 128 bits suffice the value is exact; what is
/// larger is reckoned in doubles. O(log n) in the number of multiplications.
struct Growth: Equatable, Sendable {
    /// Whole milliseconds, rounded down.
    let milliseconds: Int64
    /// The value before rounding.
    let unrounded: Double

    private init(milliseconds: Int64, unrounded: Double) {
        self.milliseconds = milliseconds
        self.unrounded = unrounded
    }

    /// A value of whole milliseconds, at most the cap.
    init(_ milliseconds: Int64, atMost cap: Int64) {
        let capped = min(milliseconds, cap)
        self.init(milliseconds: capped, unrounded: Double(capped))
    }

    /// `base`, multiplied so many times, at most the cap.
    init(_ base: Int64, times multiplier: Double, to exponent: Int64, atMost cap: Int64) {
        precondition(base >= 0 && multiplier >= 1 && exponent >= 0 && cap >= 0)
        guard base > 0, base < cap, multiplier > 1, exponent > 0 else {
            self.init(base, atMost: cap)
            return
        }
        self =
            Self.exact(base, multiplier, exponent, atMost: cap)
            ?? Self.approximate(base, multiplier, exponent, atMost: cap)
    }

    private static func exact(
        _ base: Int64, _ multiplier: Double, _ exponent: Int64, atMost cap: Int64
    ) -> Growth? {
        guard let (p, q) = fraction(multiplier) else { return nil }
        var (numerator, denominator) = (UInt128(base), UInt128(1))
        for _ in 0..<exponent {
            let (n, tooLarge) = numerator.multipliedReportingOverflow(by: p)
            let (d, tooFine) = denominator.multipliedReportingOverflow(by: q)
            if tooLarge || tooFine { return nil }
            (numerator, denominator) = (n, d)
            if numerator / denominator >= UInt128(cap) { return Growth(cap, atMost: cap) }
        }
        return Growth(
            milliseconds: Int64(numerator / denominator),
            unrounded: Double(numerator) / Double(denominator))
    }

    private static func approximate(
        _ base: Int64, _ multiplier: Double, _ exponent: Int64, atMost cap: Int64
    ) -> Growth {
        var (power, square, rest) = (1.0, multiplier, exponent)
        while rest > 0 {
            if rest & 1 == 1 { power *= square }
            square *= square
            rest >>= 1
        }
        let value = min(Double(cap), Double(base) * power)
        return Growth(milliseconds: Int64(value), unrounded: value)
    }

    /// The decimal number that the double is written as, in lowest terms; nil when it has too
    /// many digits.
    private static func fraction(_ number: Double) -> (UInt128, UInt128)? {
        if let whole = UInt128(exactly: number) { return (whole, 1) }
        let parts = number.description.split(separator: ".")
        guard parts.count == 2, parts[1].utf8.count <= 17,
            let p = UInt128(String(parts[0] + parts[1]))
        else { return nil }
        let q = parts[1].utf8.reduce(UInt128(1)) { product, _ in product * 10 }
        let divisor = greatestCommonDivisor(p, q)
        return (p / divisor, q / divisor)
    }

    private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
        right == 0 ? left : greatestCommonDivisor(right, left % right)
    }
}
