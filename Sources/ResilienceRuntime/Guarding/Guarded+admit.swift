import Resilience

/// That all parts allow a call, and were charged for it.
struct AdmittedCall: Sendable {
    /// How long to wait before the call is made.
    var delay: Timespan
    /// What tells each part how the call went.
    var settlements: [Settlement]

    /// Tells all parts how the call went.
    func settle(_ outcome: Outcome, _ duration: Timespan) {
        for settlement in settlements { settlement(outcome, duration) }
    }
}

extension Guarded {
    /// Asks all parts, standing in line if it must and may.
    ///
    /// - Returns: What was granted; nil when the caller was cancelled in line.
    /// - Throws: The denial.
    func admit(_ call: GuardedCall) async throws(Denied) -> AdmittedCall? {
        let (verdict, replies) = ask(call, lockOrder)
        switch verdict {
        case .charge: return AdmittedCall(replies)
        case .leave: throw denial(replies)
        case .line(let waiter):
            guard let bulkhead, let place = parts.firstIndex(where: { $0.part === bulkhead.part }),
                let leave = try await bulkhead.part.stand(waiter, call.keys[place])
            else { return nil }
            if Task.isCancelled {
                leave(.ignored, .zero)
                return nil
            }
            let (verdict, replies) = ask(call, lockOrder.filter { $0 != place })
            guard case .charge = verdict else {
                leave(.ignored, .zero)
                throw denial(replies)
            }
            var admission = AdmittedCall(replies)
            admission.settlements.append(leave)
            return admission
        }
    }

    /// Asks the parts at these places, in this order, all with their locks held.
    private func ask(
        _ call: GuardedCall, _ places: [Int]
    ) -> (verdict: Verdict, replies: [PartReply?]) {
        var replies = [PartReply?](repeating: nil, count: parts.count)
        func ask(_ rest: ArraySlice<Int>) -> Verdict {
            guard let place = rest.first else { return judge(replies) }
            var verdict = Verdict.leave
            parts[place].part.ask(call.keys[place], cost: call.cost) { reply in
                replies[place] = reply
                verdict = ask(rest.dropFirst())
                return verdict
            }
            return verdict
        }
        let verdict = ask(places[...])
        return (verdict, replies)
    }

    /// What comes of the call: it is made when all allow it, and stands in line when the only one
    /// that does not lets it.
    private func judge(_ replies: [PartReply?]) -> Verdict {
        let denying = replies.compactMap(\.self).filter { $0.denial != nil }
        guard let first = denying.first else { return .charge }
        guard denying.count == 1, let wait = first.wait else { return .leave }
        return .line(Waiter(until: clock.now() + wait))
    }

    /// The first denial, with the longest wait of all.
    private func denial(_ replies: [PartReply?]) -> Denied {
        let denials = replies.compactMap { $0?.denial }
        guard var first = denials.first else { preconditionFailure("nobody denies the call") }
        let waits = denials.map(\.retryAfter)
        first.retryAfter = waits.contains(nil) ? nil : waits.compactMap(\.self).max()
        return first
    }
}

extension AdmittedCall {
    fileprivate init(_ replies: [PartReply?]) {
        let replies = replies.compactMap(\.self)
        delay = replies.map(\.delay).max() ?? .zero
        settlements = replies.compactMap(\.settle)
    }
}
