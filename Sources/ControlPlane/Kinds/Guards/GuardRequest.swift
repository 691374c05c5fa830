public import Resilience

/// A call that asks a guard.
public struct GuardRequest: Sendable {
    /// What the keys of the parts are made of.
    public var attributes: [String: String]
    /// What it costs with each limiter; 0 looks.
    public var cost: Int64
    /// Which attempt it is, the first being 1.
    public var attempt: Int64
    /// How long it would wait to be allowed.
    public var wait: Timespan
    /// Who asks.
    public var reporter: String?

    /// A call with these attributes.
    public init(
        attributes: [String: String] = [:], cost: Int64 = 1, attempt: Int64 = 1,
        wait: Timespan = .zero, reporter: String? = nil
    ) {
        self.attributes = attributes
        self.cost = cost
        self.attempt = attempt
        self.wait = wait
        self.reporter = reporter
    }
}
