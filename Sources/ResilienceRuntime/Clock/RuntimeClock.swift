public import Resilience

/// Where the runtime gets its time from, and how it waits.
public protocol RuntimeClock: Sendable {
    /// The time. It never goes backwards.
    func now() -> Instant

    /// Waits until the clock shows `deadline`; not at all when it already does.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: Instant) async throws
}

extension RuntimeClock {
    /// Waits for a span from now.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(for span: Timespan) async throws { try await sleep(until: now() + span) }
}
