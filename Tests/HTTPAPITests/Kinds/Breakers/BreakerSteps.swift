/// The steps that scenarios of breakers are made of; all are about the breaker `payments`.
enum BreakerSteps {
    static let path = "/v1/breakers/payments"

    /// Creates the breaker.
    static func put(_ spec: String, _ rest: String = "") -> Step {
        Step("PUT \(path)", #"{"spec": \#(spec)\#(rest)}"#, 201).tells("policy.created")
    }

    /// Asks it.
    static func acquire(_ answer: String, _ body: String = "{}") -> Step {
        Step("POST \(path)/acquire", body, 200, answer)
    }

    /// Asks it, and is let through as a probe or not, keeping the permit.
    static func allowed(_ name: String, _ state: String = "closed") -> Step {
        acquire(#"{"allowed": true, "state": "\#(state)", "reason": null, "permit": "…"}"#)
            .keeps("/permit", as: name)
    }

    /// Tells how calls went that were made without asking.
    static func report(_ body: String, _ answer: String = #"{"counted": true}"#) -> Step {
        Step("POST \(path)/outcomes", body, 200, answer)
    }

    /// Tells that a call failed, which opens the breaker.
    static func open(_ reason: String = "consecutive_failures") -> Step {
        report(
            #"{"outcome": "failure"}"#,
            #"{"state": "open", "transition": {"to": "open", "reason": "\#(reason)"}}"#
        ).tells("breaker.opened")
    }

    /// Settles a permit that was kept.
    static func settle(_ name: String, _ outcome: String, _ answer: String) -> Step {
        Step(
            "POST /v1/permits/<\(name)>/outcome", #"{"outcome": "\#(outcome)"}"#, 200, answer)
    }

    /// Looks at where it stands.
    static func state(_ answer: String) -> Step { Step("GET \(path)/state", nil, 200, answer) }
}
