import Testing

@testable import Resilience

/// A breaker that is driven by short words, and answers in short words.
///
/// Outcomes are `S`, `F`, `T` and `X` (ignored), with a duration in milliseconds behind (`S5000`),
/// a count (`F*3`) and a reporter (`F@web`). What became of the breaker stands behind a bar.
struct BreakerScript: WordScript {
    var policy: BreakerPolicy
    var state: BreakerState
    var permits: [String: BreakerPermit] = [:]
    let restarts: Bool
    let origin: Instant
    private var probe: UInt64 = .max - 2

    init(_ policy: BreakerPolicy, from origin: Instant = .epoch, restarts: Bool = false) {
        self.policy = policy
        self.origin = origin
        self.restarts = restarts
        state = BreakerState(at: origin)
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
        case "acquire": return acquire(operand, at: now, location)
        case "view": return view(at: now)
        case "advance": return told(state.advance(policy, to: now))
        case "release": return told(state.release(policy, at: now))
        case "reset": return told(state.reset(policy, at: now))
        case "give":
            let permit = try #require(permits[operand], sourceLocation: location)
            return told(state.release(permit, policy, at: now))
        case "settle":
            let permit = try #require(permits[operand], sourceLocation: location)
            let call = Call(words[2])
            return told(
                state.settle(
                    permit, call.outcome, duration: call.duration, reporter: call.reporter,
                    policy, at: now))
        case "force":
            let until = words.count > 2 ? Int64(words[2]) : nil
            let manual = try #require(
                self.manual(operand, until: until), sourceLocation: location)
            return told(state.force(manual, policy, at: now))
        default:
            let call = Call(step)
            return told(
                state.record(
                    call.outcome, duration: call.duration, reporter: call.reporter,
                    count: call.count, policy, at: now))
        }
    }

    /// Also checks that what is seen before is what the call then finds.
    private mutating func acquire(
        _ name: String, at now: Instant, _ location: SourceLocation
    ) -> String {
        let seen = state.view(policy, at: now)
        probe &+= 1
        let decision = state.acquire(policy, probe: probe, at: now)
        #expect(seen.denial == decision.denial, sourceLocation: location)
        #expect(seen.position == decision.position, sourceLocation: location)
        permits[name] = decision.permit
        let word = decision.denial.map { denial in
            "no \(denial.reason.rawValue) "
                + (denial.retryAfter.map { "\($0.millisecondsRoundedUp)" } ?? "null")
        }
        return (word ?? "yes") + tail(decision.transitions)
    }

    private func view(at now: Instant) -> String {
        let view = state.view(policy, at: now)
        let denial = view.denial.map {
            "no \($0.retryAfter.map { "\($0.milliseconds)" } ?? "null")"
        }
        let since = (view.since - origin).milliseconds
        return "\(view.position.rawValue) since \(since) \(denial ?? "yes")"
    }

    private func told(_ answer: BreakerAnswer) -> String {
        (answer.reason?.rawValue ?? "counted") + " \(answer.position.rawValue)"
            + tail(answer.transitions)
    }

    private func told(_ transitions: [BreakerTransition]) -> String {
        "done" + tail(transitions)
    }

    private func tail(_ transitions: [BreakerTransition]) -> String {
        transitions.map { transition in
            let events = transition.events.map(\.rawValue).joined(separator: "+")
            let at = (transition.at - origin).milliseconds
            return " | \(events) \(transition.reason.rawValue) at \(at)"
        }.joined()
    }

    private func manual(_ word: String, until: Int64?) -> ManualPosition? {
        let until = until.map { origin + .milliseconds($0) }
        return switch word {
        case "open": .open
        case "closed": .closed
        case "forced_open": .forcedOpen(until: until)
        case "forced_closed": .forcedClosed(until: until)
        default: nil
        }
    }

    /// An outcome in a word.
    private struct Call {
        let outcome: Outcome
        let duration: Timespan?
        let reporter: String?
        let count: Int64

        init(_ word: String) {
            let halves = word.split(separator: "@")
            reporter = halves.count > 1 ? String(halves[1]) : nil
            let parts = halves[0].split(separator: "*")
            count = parts.count > 1 ? Int64(parts[1]) ?? 1 : 1
            duration = Int64(parts[0].dropFirst()).map(Timespan.milliseconds)
            outcome =
                switch parts[0].first {
                case "S": .success
                case "F": .failure
                case "T": .timeout
                default: .ignored
                }
        }
    }
}

extension BreakerState {
    /// The state after it was written to text and read from it.
    func restarted() throws -> BreakerState {
        let document = try JSONParser.parse(snapshot.text).value
        let state = try #require(BreakerState(snapshot: document))
        #expect(state == self)
        return state
    }
}

extension PolicySpec {
    /// The spec of that text, which has no fault.
    static func parsed(
        _ text: String, _ variables: [String: JSONValue] = [:],
        _ location: SourceLocation = #_sourceLocation
    ) throws -> Self {
        var reader = SpecReader(variables: variables)
        let resolution = resolve(try JSONParser.parse(text).value, &reader)
        #expect(reader.faults == [], sourceLocation: location)
        return try #require(resolution?.spec as? Self, sourceLocation: location)
    }
}
