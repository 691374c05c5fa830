extension Timespan {
    /// The span of a duration of the standard library, rounded down to whole nanoseconds; what
    /// would not fit is the longest span there is.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000)
        self.init(nanoseconds: Int64(clamping: nanoseconds))
    }
}

extension Duration {
    /// The duration of a span, for what the standard library does with time.
    public init(_ span: Timespan) { self = .nanoseconds(span.nanoseconds) }
}
