import TestSupport
import Testing

@Suite("Assignments over HTTP")
struct AssignmentScenarioTests {
    @Test("hold for their key, until they expire", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let path = "/v1/limiters/api"
    private static let key = "\(path)/assignments/user%3A1"
    private static let put = Step(
        "PUT \(path)",
        #"""
        {"spec": {"tiers": {"free": {"limits": [{"quota": 2, "period_ms": 60000}]},
                            "pro": {"limits": [{"quota": 20, "period_ms": 60000}]}}}}
        """#, 201
    ).tells("policy.created")

    private static func acquire(_ body: String, _ answer: String) -> Step {
        Step("POST \(path)/acquire", body, 200, answer)
    }

    private static let scenarios = [
        Scenario(
            "one is made, wins over the call's tier, is replaced, listed and taken away",
            [
                put, acquire(#"{"key": "user:1"}"#, #"{"tier": "free", "remaining": 1}"#),
                Step("GET \(key)", nil, 404), Step("DELETE \(key)", nil, 404),
                Step(
                    "PUT \(key)", #"{"tier": "pro", "note": "paid"}"#, 201,
                    #"""
                    {"key": "user:1", "tier": "pro", "note": "paid", "expires_at": null,
                     "updated_at": "2026-01-01T00:00:00.000Z", "updated_by": "ada"}
                    """#
                ).with(["X-Actor": "ada"]).lacks("/limits", "/unlimited", "/blocked")
                    .tells(
                        #"""
                        {"type": "limiter.assigned", "key": "user:1", "actor": "ada",
                         "data": {"assignment": {"tier": "pro"}, "before": null}}
                        """#),
                acquire(
                    #"{"key": "user:1", "tier": "free"}"#, #"{"tier": "pro", "remaining": 19}"#),
                Step(
                    "PUT \(key)",
                    #"{"key": "x", "tier": "pro", "note": "paid", "updated_by": "eve"}"#,
                    200, #"{"updated_by": "ada"}"#),
                Step(
                    "GET \(path)/state?key=user%3A1", nil, 200,
                    #"""
                    {"tier": "pro", "assignment": {"tier": "pro", "note": "paid"}, "accounts": [
                      {"tier": "free", "limit": 2, "remaining": 1, "reset_after_ms": 30000},
                      {"tier": "pro", "limit": 20, "remaining": 19, "reset_after_ms": 3000}]}
                    """#),
                Step(
                    "PUT \(key)", #"{"limits": [{"quota": 5, "period_ms": 60000}]}"#, 200,
                    #"{"limits": [{"quota": 5, "period_ms": 60000, "burst": 5}], "note": ""}"#
                ).lacks("/tier").tells("limiter.assigned"),
                acquire(
                    #"{"key": "user:1"}"#, #"{"tier": "assigned", "limit": 5, "remaining": 4}"#),
                Step("PUT \(path)/assignments/a", #"{"blocked": true}"#, 201)
                    .tells("limiter.assigned"),
                Step("PUT \(path)/assignments/b", #"{"unlimited": true}"#, 201)
                    .tells("limiter.assigned"),
                acquire(
                    #"{"key": "a", "tier": "pro"}"#, #"{"allowed": false, "reason": "blocked"}"#
                )
                .tells("limiter.limited"),
                acquire(#"{"key": "b", "cost": 999}"#, #"{"allowed": true, "limit": null}"#),
                Step(
                    "GET \(path)/assignments", nil, 200,
                    #"{"assignments": [{"key": "a"}, {"key": "b"}, {"key": "user:1"}], "next": null}"#
                ),
                Step("DELETE \(key)", nil, 204, "").tells(
                    #"{"type": "limiter.unassigned", "key": "user:1", "reason": null}"#),
                Step(
                    "GET \(path)/assignments", nil, 200,
                    #"{"assignments": [{"key": "a"}, {"key": "b"}]}"#
                ).afterRestart,
            ]),
        Scenario(
            "one that expires is gone at that instant, and the history says so",
            [
                put,
                Step(
                    "PUT \(key)", #"{"tier": "pro", "expires_at": "2026-01-01T00:00:10Z"}"#, 201,
                    #"{"expires_at": "2026-01-01T00:00:10.000Z"}"#
                ).tells("limiter.assigned"),
                .advance(9_999),
                acquire(#"{"key": "user:1"}"#, #"{"tier": "pro"}"#).afterRestart,
                .advance(1).tells(
                    #"""
                    {"type": "limiter.unassigned", "key": "user:1", "reason": "expired",
                     "actor": "switchgear", "at": "2026-01-01T00:00:10.000Z"}
                    """#),
                acquire(#"{"key": "user:1"}"#, #"{"tier": "free"}"#),
                Step("GET \(key)", nil, 404),
                Step(
                    "PUT \(key)", #"{"tier": "pro", "expires_at": "2026-01-01T00:00:10Z"}"#, 422,
                    #"{"errors": [{"pointer": "/expires_at", "detail": "must be in the future"}]}"#),
                Step(
                    "PUT \(key)", #"{"tier": "pro", "expires_at": "9999-12-31T23:59:59Z"}"#, 422,
                    #"{"errors": [{"pointer": "/expires_at"}]}"#),
            ]),
        Scenario(
            "the end of one is reckoned with in the wait that a denial tells",
            [
                put,
                Step(
                    "PUT \(key)", #"{"blocked": true, "expires_at": "2026-01-01T00:00:02.500Z"}"#,
                    201
                ).tells("limiter.assigned"),
                acquire(
                    #"{"key": "user:1"}"#,
                    #"{"allowed": false, "reason": "blocked", "retry_after_ms": 2500}"#
                ).has(["Retry-After": "3"]).tells("limiter.limited"),
                acquire(
                    #"{"key": "user:1", "cost": 3}"#,
                    #"{"allowed": false, "reason": "blocked", "retry_after_ms": null}"#
                ).has(["Retry-After": nil]),
                .advance(2_499),
                acquire(#"{"key": "user:1"}"#, #"{"allowed": false, "retry_after_ms": 1}"#),
                .advance(1).tells("limiter.unassigned"),
                acquire(#"{"key": "user:1", "cost": 2}"#, #"{"allowed": true, "tier": "free"}"#),
            ]),
        Scenario(
            "one that says nothing, two things or nonsense is refused",
            [
                put,
                Step("PUT \(key)", "{}", 422, #"{"errors": [{"pointer": ""}]}"#),
                Step("PUT \(key)", nil, 422, #"{"errors": [{"pointer": ""}]}"#),
                Step(
                    "PUT \(key)", #"{"tier": "pro", "blocked": true}"#, 422,
                    #"{"errors": [{"pointer": ""}]}"#),
                Step(
                    "PUT \(key)", #"{"unlimited": false}"#, 422,
                    #"{"errors": [{"pointer": "/unlimited"}]}"#),
                Step(
                    "PUT \(key)", #"{"tier": "none"}"#, 422, #"{"errors": [{"pointer": "/tier"}]}"#),
                Step(
                    "PUT \(key)", #"{"limits": []}"#, 422, #"{"errors": [{"pointer": "/limits"}]}"#),
                Step(
                    "PUT \(key)", #"{"limits": [{"quota": 1, "calendar": "day"}]}"#, 422,
                    #"{"errors": [{"pointer": "/limits/0/calendar"}]}"#),
                Step(
                    "PUT \(key)", #"{"tier": "pro", "tier": "free", "nope": 1}"#, 422,
                    #"{"errors": [{"pointer": "/tier"}, {"pointer": "/nope"}]}"#),
                Step("PUT /v1/limiters/none/assignments/k", #"{"tier": "pro"}"#, 404),
                Step("GET \(path)/assignments", nil, 200, #"{"assignments": []}"#),
            ]),
        Scenario(
            "a deleted policy takes its assignments with it",
            [
                put, Step("PUT \(key)", #"{"tier": "pro"}"#, 201).tells("limiter.assigned"),
                Step("DELETE \(path)", nil, 204, "").tells("policy.deleted"),
                Step(
                    "PUT \(path)", put.request.body.map { String(decoding: $0, as: UTF8.self) }, 201
                )
                .tells("policy.created"),
                Step("GET \(key)", nil, 404), Step("GET \(key)", nil, 404).afterRestart,
            ]),
    ]
}
