public import Resilience

/// What the error of a call means to the policies: how it counts, and whether it passes.
public struct CallFailure: Equatable, Sendable {
    /// How it counts; ``Outcome/ignored`` says nothing about the target, and is not tried again.
    public var outcome: Outcome
    /// The HTTP status, where there was one.
    public var status: Int64?
    /// What the error is called in `retryOn` and `neverOn` of a ``RetryPolicy``.
    public var error: String?
    /// How long the target asked to wait.
    public var retryAfter: Timespan?

    /// A failure of these figures.
    public init(
        _ outcome: Outcome = .failure, status: Int64? = nil, error: String? = nil,
        retryAfter: Timespan? = nil
    ) {
        self.outcome = outcome
        self.status = status
        self.error = error
        self.retryAfter = retryAfter
    }

    /// What an error means of which nothing more is known: a failure, called by the name of its
    /// type, such as `URLError`.
    ///
    /// Of calls within the call, a timeout is one here too, called `timeout`; a denial is ignored,
    /// since nobody was called.
    public init(_ error: any Error) {
        switch error {
        case is TimedOut: self.init(.timeout, error: "timeout")
        case is Denied: self.init(.ignored, error: "Denied")
        default: self.init(error: "\(type(of: error))")
        }
    }
}

/// That a call was cancelled, because it took longer than it was waited for.
public struct TimedOut: Error, Equatable, CustomStringConvertible {
    /// How long it was waited for.
    public let timeout: Timespan

    init(after timeout: Timespan) { self.timeout = timeout }

    public var description: String { "timed out after \(timeout.millisecondsRoundedUp) ms" }
}
