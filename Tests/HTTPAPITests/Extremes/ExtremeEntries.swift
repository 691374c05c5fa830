import HTTPTypes

@testable import HTTPAPI
@testable import Resilience

/// What each endpoint takes. One that is added needs an entry here, by what it takes.
enum ExtremeEntries {
    /// The entry of an endpoint; nil when it has none.
    static func entry(_ endpoint: Endpoint) -> ExtremeEntry? {
        if let own = own["\(endpoint.method.rawValue) \(endpoint.path)"] { return own }
        let module = Routes.standard.first { endpoint.path.hasPrefix("/v1/\($0.kind.plural)") }
        guard let module else { return nil }
        if endpoint.path.hasSuffix("/acquire") { return (module as? any DecidingKind)?.asked }
        let rest = endpoint.path.dropFirst("/v1/\(module.kind.plural)".count)
        return shared["\(endpoint.method.rawValue) \(rest)"]
    }

    /// What all kinds have; specs have a test of their own.
    private static let shared: [String: ExtremeEntry] = [
        "GET ": .query("limit", "cursor", "label"), "GET /{name}": .none,
        "PUT /{name}": .body(PolicyDocument.shape), "PATCH /{name}": .body(PolicyDocument.shape),
        "DELETE /{name}": .none, "GET /{name}/versions": .query("limit", "cursor"),
        "GET /{name}/versions/{version}": ExtremeEntry(figures: ["version"]),
        "POST /{name}/rollback": .body(RollbackBody.shape, ["version": 1]),
        "GET /{name}/state": .query("key", "cost"),
        "GET /{name}/keys": .query("limit", "cursor"), "GET /{name}/stats": .none,
        "POST /{name}/reset": .body(ResetBody.shape, query: ["key"]),
    ]

    private static let own: [String: ExtremeEntry] = [
        "GET /livez": .none, "GET /readyz": .none, "GET /health": .none, "GET /openapi.yaml": .none,
        "GET /openapi.json": .none, "GET /v1/version": .none, "GET /v1": .none,
        "GET /v1/whoami": .none,
        "GET /v1/policies": .query("limit", "cursor", "kind", "label"),
        "GET /v1/policies/export": .none, "GET /v1/presets": .none,
        "POST /v1/policies/validate": .body(ValidateBody.shape, ["policies": []]),
        "POST /v1/policies/apply": .body(PoliciesBody.shape, ["policies": []]),
        "GET /v1/limiters/{name}/state": .query("cost", "tier", "key", needs: "key=k&"),
        "POST /v1/limiters/{name}/acquire": .body(
            // What costs nothing is allowed, and so waits for nobody.
            LimiterAcquireBody.shape, ["key": "k", "cost": 0], query: ["deny_status"]),
        "POST /v1/guards/{name}/acquire": .body(
            GuardAcquireBody.shape, query: ["deny_status", "explain"]),
        "POST /v1/decisions": .body(
            .object([
                FieldInfo(
                    name: "decisions", summary: "",
                    shape: .list(LimiterAcquireBody.shape, counts: 0...1000), isRequired: true,
                    defaultValue: .null, defaultNote: nil, variable: nil, showsNull: false)
            ]), ["decisions": [["kind": "limiter", "name": "p", "key": "k"]]]),
        "POST /v1/limiters/{name}/outcomes": .body(LimiterOutcomeBody.shape, ["duration_ms": 5]),
        "POST /v1/limiters/{name}/refund": .body(RefundBody.shape, ["key": "k"]),
        "GET /v1/limiters/{name}/top": .query("limit", "by"),
        "GET /v1/limiters/{name}/assignments": .query("limit", "cursor"),
        "GET /v1/limiters/{name}/assignments/{key}": .none,
        "PUT /v1/limiters/{name}/assignments/{key}": .body(
            AssignmentSpec.shape, ["limits": [[:]]]),
        "DELETE /v1/limiters/{name}/assignments/{key}": .none,
        "POST /v1/breakers/{name}/outcomes": .body(OutcomeBody.shape, ["outcome": "failure"]),
        "PUT /v1/breakers/{name}/state": .body(
            BreakerStateBody.shape, ["state": "forced_open"], query: ["key"]),
        "DELETE /v1/breakers/{name}/state": .query("key"),
        "POST /v1/retries/{name}/next": .body(RetryBody.shape, ["attempt": 1, "status": 503]),
        "GET /v1/retries/{name}/schedule": .none,
        "POST /v1/retries/{name}/outcomes": .body(RetryOutcomeBody.shape, ["outcome": "failure"]),
        "POST /v1/timeouts/{name}/outcomes": .body(TimeoutOutcomeBody.shape, ["duration_ms": 5]),
        "POST /v1/fallbacks/{name}/resolve": .body(FallbackBody.shape),
        "POST /v1/permits/{permit}/outcome": .body(
            PermitOutcomeBody.shape, ["outcome": "failure"]),
        "POST /v1/permits/{permit}/renew": .body(RenewBody.shape),
        "DELETE /v1/permits/{permit}": .none,
        "GET /v1/events": .query("since", "until", "after", "limit", "cursor", "key", "kind"),
        "GET /v1/events/{seq}": ExtremeEntry(figures: ["seq"]), "GET /v1/clock": .none,
    ]
}

extension DecidingKind {
    /// What its acquire calls take.
    fileprivate var asked: ExtremeEntry { .body(Body.shape, query: ["deny_status"]) }
}
