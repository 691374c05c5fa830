/// What the outcome of an allowed call is settled with.
public struct BreakerPermit: Equatable, Sendable {
    /// The generation of the breaker when the call was allowed; an outcome of another one says
    /// nothing about the present state.
    public let generation: Int64
    /// The probe that the call is, when the breaker was half-open.
    public let probe: UInt64?
    /// From when on it is too late.
    public let expiresAt: Instant
    /// Who asked, and reports when the outcome names nobody.
    public let reporter: String?

    /// A permit of these parts, as one was given before.
    public init(generation: Int64, probe: UInt64?, expiresAt: Instant, reporter: String? = nil) {
        self.generation = generation
        self.probe = probe
        self.expiresAt = expiresAt
        self.reporter = reporter
    }
}
