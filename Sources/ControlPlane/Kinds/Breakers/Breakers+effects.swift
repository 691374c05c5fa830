import Resilience
import Store

/// What changes where a breaker stands is told in events, which are written with the state.
extension Breakers {
    /// What transitions bring with them.
    ///
    /// - Parameter isAwaited: whether the state is to be on disk before the answer, though no
    ///   transition says so.
    static func effects(
        of transitions: [BreakerTransition], _ turn: Turn<Breakers>, by caller: Caller,
        reason: String? = nil, isAwaited: Bool
    ) -> Effects<Breakers> {
        var effects = Effects<Breakers>(
            isAwaited || !transitions.isEmpty ? .awaited : .level)
        effects.events = events(of: transitions, turn, by: caller, reason: reason)
        effects.concernsWaiting = !transitions.isEmpty || isAwaited
        return effects
    }

    /// What the outcome of a call brings with it.
    static func effects(
        of answer: BreakerAnswer, _ report: OutcomeReport, _ turn: Turn<Breakers>,
        by caller: Caller, isAwaited: Bool
    ) -> Effects<Breakers> {
        var effects = effects(of: answer.transitions, turn, by: caller, isAwaited: isAwaited)
        if answer.isCounted || answer.reason == .ignored {
            effects.count(BreakerCount(report.outcome), report.count)
        }
        return effects
    }

    /// The events that tell of transitions.
    static func events(
        of transitions: [BreakerTransition], _ turn: Turn<Breakers>, by caller: Caller,
        reason: String?
    ) -> [EventDraft] {
        transitions.flatMap { transition in
            var data = transition.data
            // The history goes forward: what was overdue is told when it is found.
            if transition.at < turn.now {
                data["effective_at"] = .string(transition.at.timestamp)
            }
            return transition.events.map { event in
                turn.event(
                    event.type, by: caller, data.shadowed(turn.policy),
                    reason: reason ?? transition.reason.rawValue)
            }
        }
    }
}
