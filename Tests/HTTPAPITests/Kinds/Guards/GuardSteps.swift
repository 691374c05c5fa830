/// The steps that scenarios of guards are made of; all are about the guard `checkout`.
enum GuardSteps {
    static let path = "/v1/guards/checkout"

    // MARK: Policies

    /// A policy as files hold it.
    static func policy(
        _ kind: String, _ name: String, _ spec: String, mode: String = "enforce"
    ) -> String {
        #"{"kind": "\#(kind)", "name": "\#(name)", "mode": "\#(mode)", "spec": \#(spec)}"#
    }

    /// A limiter of so many an hour, which come back all at once.
    static func limiter(_ name: String, _ quota: Int, mode: String = "enforce") -> String {
        let limit = #"{"quota": \#(quota), "period_ms": 3600000}"#
        return policy(
            "limiter", name, #"{"algorithm": "fixed_window", "limits": [\#(limit)]}"#, mode: mode)
    }

    /// A breaker that opens at the first failure, for ten seconds, and then lets one probe through.
    static func breaker(mode: String = "enforce") -> String {
        policy(
            "breaker", "payments",
            #"""
            {"window": {"type": "consecutive"}, "failure_threshold": 1, "open_duration_ms": 10000,
             "half_open_permits": 1, "success_threshold": 1, "probe_timeout_ms": 5000}
            """#, mode: mode)
    }

    /// A bulkhead with so many slots, each for a minute.
    static func bulkhead(_ slots: Int, lease: Int = 60_000, mode: String = "enforce") -> String {
        policy(
            "bulkhead", "db", #"{"max_concurrent": \#(slots), "lease_ms": \#(lease)}"#, mode: mode)
    }

    /// The guard with a limiter for each user and one for each organization, slots for each host,
    /// and a breaker for each host.
    static func guarding(
        _ spec: String = whole, mode: String = "enforce"
    ) -> String {
        policy("guard", "checkout", spec, mode: mode)
    }

    static let whole = #"""
        {"limiters": [{"name": "per-user", "key": "{user}"},
                      {"name": "per-org", "key": "org:{org}"}],
         "bulkhead": {"name": "db", "key": ""},
         "breaker": {"name": "payments", "key": "{host}"}}
        """#

    /// All parts: three calls for a user, four for an organization, so many slots, a breaker.
    static func parts(slots: Int = 10) -> [String] {
        [limiter("per-user", 3), limiter("per-org", 4), bulkhead(slots), breaker()]
    }

    /// Puts new policies in force.
    static func create(_ policies: [String]) -> Step {
        var step = Step(
            "POST /v1/policies/apply", #"{"policies": [\#(policies.joined(separator: ","))]}"#)
        step.events = policies.map { _ in "policy.created" }
        return step
    }

    /// Changes a policy that is in force.
    static func change(_ policy: String) -> Step {
        Step("POST /v1/policies/apply", #"{"policies": [\#(policy)]}"#).tells("policy.updated")
    }

    // MARK: Calls

    /// Attributes of a user of the organization `a` that calls the host `h`.
    static func attributes(_ user: String = "1", org: String = "a", host: String = "h") -> String {
        #""attributes": {"user": "\#(user)", "org": "\#(org)", "host": "\#(host)"}"#
    }

    /// Asks the guard.
    static func ask(
        _ answer: String, _ attributes: String = attributes(), _ more: String = "",
        query: String = ""
    ) -> Step {
        let rest = more.isEmpty ? "" : ", \(more)"
        return Step("POST \(path)/acquire\(query)", "{\(attributes)\(rest)}", 200, answer)
    }

    /// Asks the guard, and is let through, keeping the permit.
    static func allowed(
        _ name: String = "p", _ attributes: String = attributes(), _ more: String = ""
    ) -> Step {
        ask(#"{"allowed": true, "permit": "…", "denied_by": null}"#, attributes, more)
            .keeps("/permit", as: name)
    }

    /// Asks the guard, and is denied by that part for that reason.
    static func denied(
        _ part: (kind: String, name: String, reason: String), after wait: String,
        _ attributes: String = attributes(), _ more: String = ""
    ) -> Step {
        let by = #"{"kind": "\#(part.kind)", "name": "\#(part.name)", "reason": "\#(part.reason)"}"#
        return ask(
            #"{"allowed": false, "permit": null, "denied_by": \#(by), "retry_after_ms": \#(wait)}"#,
            attributes, more)
    }

    /// Settles a permit that was kept.
    static func settle(
        _ name: String, _ outcome: String, _ answer: String, _ more: String = ""
    ) -> Step {
        let rest = more.isEmpty ? "" : ", \(more)"
        return Step(
            "POST /v1/permits/<\(name)>/outcome", #"{"outcome": "\#(outcome)"\#(rest)}"#, 200,
            answer)
    }

    /// Has the breaker of the host `h` open at the failure of a call that was made without asking.
    static let open = Step(
        "POST /v1/breakers/payments/outcomes", #"{"key": "h", "outcome": "failure"}"#, 200,
        #"{"state": "open"}"#
    ).tells("breaker.opened")

    // MARK: Looks

    /// What a limiter has left for a key.
    static func left(_ limiter: String, _ key: String, _ count: Int) -> Step {
        Step(
            "GET /v1/limiters/\(limiter)/state?key=\(key)", nil, 200,
            #"{"remaining": \#(count)}"#)
    }

    /// How many slots are held.
    static func held(_ count: Int) -> Step {
        Step("GET /v1/bulkheads/db/state", nil, 200, #"{"in_use": \#(count)}"#)
    }

    /// Where the breaker of the host `h` stands.
    static func position(_ answer: String) -> Step {
        Step("GET /v1/breakers/payments/state?key=h", nil, 200, answer)
    }
}
