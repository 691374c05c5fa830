/// Arithmetic that stops at the ends of the type instead of ending the process: for figures that
/// come from outside, or grow for as long as a server runs.
extension Int64 {
    /// The sum, or the end of the type that it lies beyond.
    package func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The product, or the end of the type that it lies beyond.
    package func multipliedClamped(by other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }

    /// The number without its fraction, or the end of the type that it lies beyond; 0 for none.
    package init(clamped number: Double) {
        self = Int64(exactly: number.rounded(.towardZero)) ?? (number < 0 ? .min : .max)
        if number.isNaN { self = 0 }
    }

    /// The quotient rounded towards negative infinity; the divisor is above zero.
    func flooredDivision(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
