/// A call that failed, as its caller reports it.
public struct FailedAttempt: Equatable, Sendable {
    /// Which attempt it was, the first call being 1.
    public var attempt: Int64
    /// The HTTP status, where there was one.
    public var status: Int64?
    /// The name of the error, where there was one.
    public var error: String?
    /// How long ago the first call began.
    public var elapsed = Timespan.zero
    /// How long the server asked to wait.
    public var retryAfter: Timespan?
    /// The delay before this attempt.
    public var previousDelay: Timespan?

    /// That attempt n failed.
    public init(_ attempt: Int64, status: Int64? = nil, error: String? = nil) {
        self.attempt = attempt
        self.status = status
        self.error = error
    }
}
