/// What is remembered of one call.
struct CallKind: Equatable, Sendable {
    /// Success, failure or timeout.
    let outcome: Outcome
    let isSlow: Bool

    /// Success, failure, timeout; each when not slow, and then when slow.
    static let all = [false, true].flatMap { isSlow in
        [Outcome.success, .failure, .timeout].map { CallKind(outcome: $0, isSlow: isSlow) }
    }
}
