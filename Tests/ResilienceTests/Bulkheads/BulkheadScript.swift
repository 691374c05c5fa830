import Testing

@testable import Resilience

/// A bulkhead that is driven by short words, and answers in short words.
///
/// `acquire a 100 web-1` asks for the slot `a`, for 100 ms, in the name of `web-1`; `behind 2 a`
/// does so with two calls ahead. Outcomes are `S`, `F`, `T` and `X` (ignored), with a duration in
/// milliseconds behind: `settle a S50`. What ended by itself stands behind a bar.
struct BulkheadScript: WordScript {
    var policy: BulkheadPolicy
    var state: BulkheadState
    var permits: [String: BulkheadPermit] = [:]
    private var names: [UInt64: String] = [:]
    let restarts: Bool
    let origin: Instant
    private var id = UInt64.max

    init(_ policy: BulkheadPolicy, from origin: Instant = .epoch, restarts: Bool = false) {
        self.policy = policy
        self.origin = origin
        self.restarts = restarts
        state = BulkheadState(at: origin)
    }

    @discardableResult
    mutating func take(
        _ step: String, at ms: Int64, _ location: SourceLocation = #_sourceLocation
    ) throws -> String {
        if restarts { state = try state.restarted() }
        let now = origin + .milliseconds(ms)
        let words = step.split(separator: " ").map(String.init)
        let operand = words.count > 1 ? words[1] : ""
        switch words[0] {
        case "policy":
            policy = try .parsed(String(step.dropFirst(7)), [:], location)
            return "done"
        case "acquire": return acquire(words.dropFirst(), behind: 0, at: now, location)
        case "behind":
            let queued = try #require(Int64(operand), sourceLocation: location)
            return acquire(words.dropFirst(2), behind: queued, at: now, location)
        case "advance": return "done" + tail(state.advance(policy, to: now))
        case "view": return view(at: now)
        case "reset":
            let (freed, expired) = state.reset(policy, at: now)
            return "freed \(freed.map(name).joined(separator: " "))" + tail(expired)
        default:
            let permit = try #require(permits[operand], sourceLocation: location)
            return tell(words[0], permit, words.dropFirst(2).first, at: now)
        }
    }

    private mutating func tell(
        _ verb: String, _ permit: BulkheadPermit, _ word: String?, at now: Instant
    ) -> String {
        switch verb {
        case "give": return "done" + tail(state.release(permit, policy, at: now))
        case "renew":
            let expired = state.advance(policy, to: now)
            let span = word.flatMap { Int64($0) }.map(Timespan.milliseconds)
            let end = state.renew(permit, for: span, policy, at: now)
            return "until \(end.map { "\(($0 - origin).milliseconds)" } ?? "null")" + tail(expired)
        default:
            let outcome: Outcome =
                switch word?.first {
                case "S": .success
                case "F": .failure
                case "T": .timeout
                default: .ignored
                }
            let duration = word.flatMap { Int64($0.dropFirst()) }.map(Timespan.milliseconds)
            let answer = state.settle(permit, outcome, duration: duration, policy, at: now)
            return (answer.reason?.rawValue ?? "counted") + tail(answer.expired)
        }
    }

    /// Also checks that what is seen before is what the call then finds.
    private mutating func acquire(
        _ words: ArraySlice<String>, behind queued: Int64, at now: Instant,
        _ location: SourceLocation
    ) -> String {
        let words = Array(words)
        let seen = state.denial(policy, behind: queued, at: now)
        id -= 1
        let span = words.count > 1 ? Int64(words[1]).map(Timespan.milliseconds) : nil
        let decision = state.acquire(
            policy, SlotRequest(id: id, holder: words.count > 2 ? words[2] : "", lease: span),
            behind: queued, at: now)
        #expect(seen == decision.denial, sourceLocation: location)
        #expect(decision.isAllowed == (decision.slot != nil), sourceLocation: location)
        names[id] = words[0]
        permits[words[0]] = BulkheadPermit(
            generation: decision.generation, slot: decision.slot?.id,
            expiresAt: decision.slot?.expiresAt ?? now + .seconds(300))
        let word = decision.denial.map { denial in
            "no \(denial.reason.rawValue) "
                + (denial.retryAfter.map { "\($0.millisecondsRoundedUp)" } ?? "null")
        }
        return (word ?? "yes") + " \(decision.inUse)/\(decision.limit)" + tail(decision.expired)
    }

    private func view(at now: Instant) -> String {
        let view = state.view(policy, at: now)
        let slots = view.slots.map { slot in
            let (from, to) = (slot.grantedAt - origin, slot.expiresAt - origin)
            let holder = slot.holder.isEmpty ? "" : "@\(slot.holder)"
            return " \(name(slot))\(holder) \(from.milliseconds)-\(to.milliseconds)"
        }
        return "\(view.inUse)/\(view.limit) free \(view.free)" + slots.joined(separator: ",")
    }

    private func tail(_ expired: [SlotLease]) -> String {
        expired.map { " | \(name($0)) at \(($0.expiresAt - origin).milliseconds)" }.joined()
    }

    private func name(_ slot: SlotLease) -> String { names[slot.id] ?? "?" }
}

extension BulkheadState {
    /// The state after it was written to text and read from it.
    func restarted() throws -> BulkheadState {
        let document = try JSONParser.parse(snapshot.text).value
        let state = try #require(BulkheadState(snapshot: document))
        #expect(state == self)
        return state
    }
}
