import Resilience

/// That all parts allow a call, and were charged for it.
struct AdmittedCall: Sendable {
    /// How long to wait before the call is made.
    var delay: Timespan
    /// What tells each part how the call went.
    var settlements: [Settlement]

    /// What the parts say to a call.
    ///
    /// - Throws: The denial.
    init(_ answer: JointAnswer<AskedPart>) throws(Denied) {
        if let denied = answer.denied { throw denied }
        delay = answer.parts.map(\.delay).max() ?? .zero
        settlements = answer.parts.compactMap(\.settle)
    }

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
        let asked = zip(parts, call.keys).map { $0.part.asked(about: $1, cost: call.cost) }
        var line: (part: AskedBulkhead, waiter: Waiter)?
        let answer = JointAttempt(asked).decide(at: clock.now()) { answer in
            line = enqueue(answer)
            return line != nil
        }
        if let answer { return try AdmittedCall(answer) }
        guard let (part, waiter) = line,
            let leave = try await part.bulkhead.stand(waiter, part.key)
        else { return nil }
        if Task.isCancelled {
            leave(.ignored, .zero)
            return nil
        }
        do throws(Denied) {
            let others = JointAttempt(asked.filter { $0 !== part })
            var admission = try AdmittedCall(others.decide(at: clock.now()))
            admission.settlements.append(leave)
            return admission
        } catch {
            leave(.ignored, .zero)
            throw error
        }
    }

    /// Puts the call in line when the only part that denies it has one; with the locks of all parts
    /// held.
    private func enqueue(
        _ answer: JointAnswer<AskedPart>
    ) -> (part: AskedBulkhead, waiter: Waiter)? {
        guard answer.denials.count == 1, let part = answer.denials[0].part as? AskedBulkhead else {
            return nil
        }
        return part.enqueue().map { (part, $0) }
    }
}
