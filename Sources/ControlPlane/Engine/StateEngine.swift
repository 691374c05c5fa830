import Resilience

/// Where the states of keys are that are not here.
///
/// Whoever is above says *apply this to the state of that key, and give me the answer*, and never
/// holds on to a state; ``PolicyKind/apply(_:_:settling:_:)`` does it with states that are here. An
/// engine may make the change several times, on values that another call has changed meanwhile;
/// only the last counts, and only its effects are carried out.
protocol StateEngine: Sendable {
    /// Applies `transition` to the state of `key`, a fresh one where there is none.
    ///
    /// - Returns: Nil when the key has no state and there is no room for one.
    func apply<Kind: PolicyKind, Answer>(
        _ kind: Kind, _ live: LivePolicy<Kind>, _ key: ExactString, settling permit: Permit?,
        _ transition: (inout Kind.Slot, Turn<Kind>) throws -> (Answer, Effects<Kind>)
    ) async throws -> Kind.Applied<Answer>?
}

extension PolicyKind {
    /// Applies `transition` to the state of `key`, wherever that is.
    func reach<Answer>(
        _ live: Live, _ key: ExactString, settling permit: Permit? = nil,
        _ transition: (inout Slot, Turn<Self>) throws -> (Answer, Effects<Self>)
    ) async throws -> Applied<Answer>? {
        guard let elsewhere = context.elsewhere else {
            return try apply(live, key, settling: permit, transition)
        }
        return try await elsewhere.apply(self, live, key, settling: permit, transition)
    }
}
