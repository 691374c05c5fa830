/// The parts of the kinds of this version, for whoever asks for one of them.
extension GuardPolicy {
    /// The limiters, in the order in which they are asked.
    public var limiters: [GuardPartSpec]? {
        let limiters = parts(of: .limiter)
        return limiters.isEmpty ? nil : limiters
    }

    /// The bulkhead.
    public var bulkhead: GuardPartSpec? { parts(of: .bulkhead).first }

    /// The breaker.
    public var breaker: GuardPartSpec? { parts(of: .breaker).first }

    /// The retry policy of calls that fail.
    public var retry: String? { parts(of: .retry).first?.name }

    /// The timeout policy of the calls.
    public var timeout: String? { parts(of: .timeout).first?.name }

    /// The fallback of calls that are denied or fail.
    public var fallback: String? { parts(of: .fallback).first?.name }
}
