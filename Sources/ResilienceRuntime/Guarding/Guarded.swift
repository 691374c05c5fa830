public import Resilience

/// Runs calls with the protections that are put together here:
///
///     let guarded = Guarded(
///         limiters: [try Keyed(perUser, by: "{user}")], breaker: Keyed(payments),
///         timeout: Timeout(policy), retry: standard)
///     let receipt = try await guarded.run(["user": "ada"]) { try await pay() }
///
/// **An attempt** asks all limiters, the bulkhead and the breaker at once, and is charged to all
/// or to none; where only the bulkhead denies it may stand in line, and asks the others again when
/// its turn has come. Then the operation runs, is cancelled when its timeout is over, and its
/// outcome settles all of them. **A failure** is put to the retry policy, and the call is made
/// again after the delay, asking anew. A denial is not tried again: it says itself when to come
/// back. **The fallback**, where one is given, makes a value of the denial or the last error.
///
/// A caller that is cancelled is let go at once: what it had taken is given back, nothing is
/// counted as a failure, tried again, or handed to the fallback. The operation itself must heed
/// cancellation, as everything in Swift does: a timeout waits for the operation to end, and until
/// then its slot is held.
///
/// The parts are shared by all guards that they are given to, and by their copies. A guard itself
/// keeps no state, and starts no task that outlives a call.
public struct Guarded: Sendable {
    /// The parts that decide, in the order in which their denials are told.
    let parts: [Keyed<any Part>]
    let timeout: Timeout?
    let retry: RetryPolicy?
    let clock: any RuntimeClock
    let random: @Sendable () -> Double
    let describe: @Sendable (any Error) -> CallFailure

    /// A guard of these parts, each optional.
    ///
    /// - Parameters:
    ///   - limiters: at most eight, each once; all must allow a call.
    ///   - retry: which failures are tried again; by default those whose names its `retryOn` has.
    ///   - clock: what parts, delays and timeouts go by; the clock that the parts were made with.
    ///   - describe: what an error means to the policies.
    ///   - random: evenly distributed in [0, 1); spreads the delays.
    public init(
        limiters: [Keyed<Limiter>] = [], bulkhead: Keyed<Bulkhead>? = nil,
        breaker: Keyed<Breaker>? = nil, timeout: Timeout? = nil, retry: RetryPolicy? = nil,
        clock: any RuntimeClock = SystemClock(),
        describing describe: @escaping @Sendable (any Error) -> CallFailure = { CallFailure($0) },
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        precondition(limiters.count <= Bounds.limitersPerGuard, "each is locked with every call")
        var parts = limiters.map(\.erased)
        if let bulkhead { parts.append(bulkhead.erased) }
        if let breaker { parts.append(breaker.erased) }
        let identities = Set(parts.map { ObjectIdentifier($0.part) })
        precondition(identities.count == parts.count, "a limiter stands in a guard once")
        (self.parts, self.timeout, self.retry) = (parts, timeout, retry)
        (self.clock, self.random, self.describe) = (clock, random, describe)
    }
}

extension Keyed where Asked: Part {
    /// The same among parts of all types.
    fileprivate var erased: Keyed<any Part> { Keyed<any Part>(part, key) }
}

extension Keyed {
    fileprivate init(_ part: Asked, _ key: KeyTemplate) { (self.part, self.key) = (part, key) }
}

/// A part of a guard, and which key of it a call is about.
public struct Keyed<Asked: Sendable>: Sendable {
    /// The part.
    public let part: Asked
    /// The key, with `{attribute}` for what a call says of itself.
    public let key: KeyTemplate

    /// A part of which every call is about the same key, the empty one.
    public init(_ part: Asked) { (self.part, key) = (part, .empty) }

    /// A part of which a call is about the key that `template` makes of its attributes, such as
    /// `{user}`.
    ///
    /// - Throws: What is wrong with the template.
    public init(_ part: Asked, by template: String) throws(KeyTemplateFault) {
        (self.part, key) = (part, try KeyTemplate(template))
    }
}
