import Resilience
import Store
import Synchronization

/// The rate of a limiter that adapts: one for the whole policy, in a row of its own. It begins
/// with the version of the policy by which it is first told how long a call took. Guarded by a
/// mutex, with which the version in force is read: by an older one a rate that the newer one does
/// not have would come back.
final class LimiterRate: Sendable {
    /// The key of its row; clients' keys hold no control characters.
    static let row: ExactString = "\u{1}adaptive"

    private let state = Mutex(State())

    private struct State {
        var rate: AdaptiveRate?
        /// Whether the row on disk is behind.
        var isAhead = false
        /// The reset that is being written, to which the row gives way.
        var reset: StateReset?
    }

    /// What the limits allow at the present rate, and since when; nil where the policy does not
    /// adapt.
    func pace(_ version: LimiterVersion) -> (allowance: Allowance, since: Instant)? {
        look(version) { rate, _ in
            version.spec.allowance(at: rate).map { ($0, rate.movedAt) }
        }.flatMap(\.self)
    }

    /// The figures that are told of it; nil where the policy does not adapt.
    func figures(_ version: LimiterVersion) -> RateFigures? {
        look(version) { RateFigures($0, $1) }
    }

    /// Records how long a call took; nil where the policy does not adapt.
    func record(
        _ duration: Timespan, _ limiter: LivePolicy<Limiters>, at now: Instant
    ) -> (isMoved: Bool, figures: RateFigures)? {
        state.withLock { state in
            let version = limiter.version
            guard let spec = version.spec.adaptive else { return nil }
            var rate = state.rate ?? Self.first(spec, version)
            guard version.entry.mode != .disabled else { return (false, RateFigures(rate, spec)) }
            // Taken out while it is changed, so that its samples are not copied.
            state.rate = nil
            let isMoved = rate.record(duration, spec, at: now)
            state.rate = rate
            state.isAhead = true
            return (isMoved, RateFigures(rate, spec))
        }
    }

    /// Goes on with a new version of the policy, which may not adapt any more.
    func adopt(_ version: LimiterVersion) {
        guard version.spec.adaptive == nil else { return }
        state.withLock { state in
            if state.rate != nil { (state.rate, state.isAhead) = (nil, true) }
        }
    }

    /// A reset was handed over that deletes its row.
    func begin(_ reset: StateReset) { state.withLock { $0.reset = reset } }

    /// The reset is on disk, and the rate that the policy begins with is in force; or it could not
    /// be written.
    func endReset(isStored: Bool) {
        state.withLock { state in
            if isStored { state = State() } else { state.reset = nil }
        }
    }

    /// Takes over what was on disk, unless the policy had ceased to adapt when the server crashed;
    /// false when it is no rate.
    func restore(_ snapshot: JSONValue, _ version: LimiterVersion) -> Bool {
        let rate = AdaptiveRate(snapshot: snapshot)
        state.withLock { $0.rate = rate }
        adopt(version)
        return rate != nil
    }

    /// Hands what is ahead of the disk to the writer.
    func write(_ policyID: Int64, with writer: Writer) {
        state.withLock { state in
            guard state.isAhead else { return }
            state.isAhead = false
            var change = Change()
            change.states = [
                StateWrite(
                    policyID: policyID, key: Self.row, state: state.rate,
                    yieldsTo: state.reset)
            ]
            writer.enqueue(change) { [weak self] result in
                if case .failure = result { self?.state.withLock { $0.isAhead = true } }
            }
        }
    }

    /// Does `body` with the present rate; nil where the policy does not adapt.
    private func look<Answer: Sendable>(
        _ version: LimiterVersion, _ body: (AdaptiveRate, RateAdaptation) -> Answer
    ) -> Answer? {
        guard let spec = version.spec.adaptive else { return nil }
        return state.withLock { body($0.rate ?? Self.first(spec, version), spec) }
    }

    private static func first(_ spec: RateAdaptation, _ version: LimiterVersion) -> AdaptiveRate {
        AdaptiveRate(spec, at: version.entry.record.updatedAt)
    }
}

/// What is told of a rate that adapts.
public struct RateFigures: Sendable {
    /// The present rate, in tokens a second.
    public let perSecond: Double
    /// How many durations it is judged by.
    public let samples: Int

    init(_ rate: AdaptiveRate, _ spec: RateAdaptation) {
        perSecond = rate.perSecond(spec)
        samples = rate.samples
    }
}
