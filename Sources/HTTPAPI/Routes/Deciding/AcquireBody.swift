import Resilience

/// What a call that asks says.
protocol AcquireBody: SpecObject {
    /// How long the call would wait at most; nil for as long as the policy lets it. A kind
    /// without waiting leaves it at zero and has no member for it.
    var wait: Timespan? { get set }

    /// Takes what the query says besides `deny_status`.
    mutating func take(_ query: inout Query)
}

extension AcquireBody {
    /// The member that says how long a call would wait.
    static var waitMember: String { "wait_ms" }

    /// Whether calls can wait.
    static var hasWait: Bool { fields.contains { $0.info.name == waitMember } }

    mutating func take(_ query: inout Query) {}
}
