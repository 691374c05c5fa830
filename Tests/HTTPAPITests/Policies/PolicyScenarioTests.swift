import Testing

@Suite("Policies over HTTP")
struct PolicyScenarioTests {
    @Test("are written and read", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }

    private static let path = "/v1/limiters/api"
    private static let spec = #"{"spec": {"limits": [{"quota": 60}]}}"#
    private static let mismatch = #"{"type": "urn:switchgear:problem:version_mismatch"}"#
    private static let notFound = #"{"type": "urn:switchgear:problem:not_found"}"#
    private static let put = Step("PUT \(path)", spec, 201, #"{"version": 1}"#)
        .tells("policy.created")

    private static let scenarios = [
        Scenario(
            "a policy is created, read, replaced and deleted",
            [
                Step("GET \(path)", nil, 404, notFound),
                Step(
                    "PUT \(path)",
                    #"{"description": "d", "labels": {"team": "a"}, "spec": {"limits": [{"quota": 60}]}}"#,
                    201,
                    #"""
                    {"kind": "limiter", "name": "api", "description": "d", "labels": {"team": "a"},
                     "mode": "enforce", "when_unreachable": "allow",
                     "spec": {"limits": [{"quota": 60}]}, "version": 1,
                     "effective": {"algorithm": "token_bucket", "refill": "greedy",
                       "align": "first_hit",
                       "limits": [{"quota": 60, "period_ms": 60000, "burst": 60}]},
                     "overrides": [], "created_at": "2026-01-01T00:00:00.000Z",
                     "updated_at": "2026-01-01T00:00:00.000Z", "updated_by": "ada"}
                    """#
                )
                .with(["X-Actor": "ada"]).has(["ETag": "\"1-…\""])
                .lacks("/spec/limits/0/burst", "/spec/algorithm", "/effective/tiers")
                .tells(
                    #"""
                    {"type": "policy.created", "kind": "limiter", "name": "api", "actor": "ada",
                     "policy_version": 1, "key": null, "reason": null, "trace_id": null}
                    """#),
                Step("GET \(path)", nil, 200, #"{"version": 1, "updated_by": "ada"}"#)
                    .has(["ETag": "\"1-…\"", "Content-Type": "application/json"]),
                .advance(1000),
                Step(
                    "PUT \(path)", #"{"mode": "shadow", "spec": {"limits": [{"quota": 5}]}}"#, 200,
                    #"""
                    {"description": "", "labels": {}, "mode": "shadow", "version": 2,
                     "created_at": "2026-01-01T00:00:00.000Z",
                     "updated_at": "2026-01-01T00:00:01.000Z", "updated_by": "anonymous"}
                    """#
                )
                .has(["ETag": "\"2-…\""])
                .tells(
                    #"""
                    {"type": "policy.updated", "policy_version": 2, "data": {"changes": [
                      {"pointer": "/description", "old": "d", "new": ""},
                      {"pointer": "/labels/team", "old": "a", "new": null},
                      {"pointer": "/mode", "old": "enforce", "new": "shadow"},
                      {"pointer": "/spec/limits", "old": "…", "new": "…"}]}}
                    """#),
                Step("DELETE \(path)", nil, 204, "").has(["Content-Type": nil])
                    .tells(#"{"type": "policy.deleted", "policy_version": 2}"#),
                Step("GET \(path)", nil, 404, notFound),
                Step("DELETE \(path)", nil, 404, notFound),
                Step("PUT \(path)", spec, 201, #"{"version": 3}"#).has(["ETag": "\"3-…\""])
                    .tells("policy.created"),
            ]),
        Scenario(
            "a write that changes nothing makes no version and no event",
            [
                put, Step("PUT \(path)", spec, 200, #"{"version": 1}"#),
                Step(
                    "PUT \(path)",
                    #"{"mode": null, "spec": {"tiers": null, "limits": [{"quota": 60, "burst": null}]}}"#,
                    200,
                    #"{"version": 1}"#),
                Step("PATCH \(path)", "{}", 200, #"{"version": 1}"#),
                Step("PATCH \(path)", nil, 200, #"{"version": 1}"#),
            ]),
        Scenario(
            "a spec that is null counts as left out",
            [
                Step(
                    "PUT /v1/breakers/n", #"{"spec": null, "mode": null}"#, 201, #"{"version": 1}"#
                )
                .tells("policy.created"),
                Step("PUT /v1/breakers/n", #"{"spec": {}}"#, 200, #"{"version": 1}"#),
                Step(
                    "POST /v1/policies/apply",
                    #"{"policies": [{"kind": "breaker", "name": "n", "spec": null}]}"#, 200,
                    #"{"changes": [{"action": "unchanged"}]}"#),
            ]),
        Scenario(
            "what was read can be put again, but under no other name or kind",
            [
                put,
                Step(
                    "PUT \(path)",
                    #"""
                    {"kind": "limiter", "name": "api", "spec": {"limits": [{"quota": 60}]},
                     "version": 99, "effective": {"x": 1e300}, "overrides": 1, "created_at": [],
                     "updated_at": "", "updated_by": "eve"}
                    """#, 200, #"{"version": 1, "updated_by": "anonymous"}"#),
                Step(
                    "PUT \(path)",
                    #"{"kind": "limiters", "name": "other", "spec": {"limits": [{"quota": 1}]}}"#,
                    422, #"{"errors": [{"pointer": "/kind"}, {"pointer": "/name"}]}"#),
            ]),
        Scenario(
            "a condition that does not hold keeps a write from being done",
            [
                Step("PUT \(path)", spec, 412, mismatch).with(["If-Match": "\"1\""]),
                Step("PUT \(path)", spec, 412, mismatch).with(["If-Match": "*"]),
                put.with(["If-None-Match": "*"]),
                Step("PUT \(path)", spec, 412, mismatch).with(["If-None-Match": "*"]),
                Step("PUT \(path)", #"{"spec": {"limits": [{"quota": 1}]}}"#, 412, mismatch)
                    .with(["If-Match": "\"2\""]),
                Step("PATCH \(path)", #"{"mode": "shadow"}"#, 412, mismatch)
                    .with(["If-Match": "W/\"1\""]),
                Step("DELETE \(path)", nil, 412, mismatch).with(["If-Match": "\"7\", \"x\""]),
                Step("PATCH \(path)", #"{"mode": "shadow"}"#, 200, #"{"version": 2}"#)
                    .with(["If-Match": "\"9\", \"1\""]).tells("policy.updated"),
                Step("POST \(path)/rollback", #"{"version": 1}"#, 412, mismatch)
                    .with(["If-Match": "\"1\""]),
                Step("DELETE \(path)", nil, 204, "").with(["If-Match": "*"])
                    .tells("policy.deleted"),
            ]),
        Scenario(
            "a merge patch merges objects, replaces lists and removes with null",
            [
                Step(
                    "PUT \(path)",
                    #"""
                    {"description": "d", "labels": {"a": "1", "b": "2"},
                     "spec": {"algorithm": "fixed_window", "limits": [{"quota": 1}, {"quota": 2}]}}
                    """#, 201
                ).tells("policy.created"),
                Step(
                    "PATCH \(path)",
                    #"""
                    {"description": null, "labels": {"a": null, "c": "3"},
                     "spec": {"algorithm": null, "limits": [{"quota": 9}]}}
                    """#, 200,
                    #"""
                    {"description": "", "labels": {"b": "2", "c": "3"}, "version": 2,
                     "spec": {"limits": [{"quota": 9}]}}
                    """#
                ).with(["Content-Type": "application/merge-patch+json"])
                    .lacks("/labels/a", "/spec/algorithm").tells("policy.updated"),
                Step(
                    "PATCH \(path)", #"{"spec": {"limits": null}}"#, 422,
                    #"{"errors": [{"pointer": "/spec/limits"}]}"#),
                Step("PATCH \(path)", "[1]", 422, #"{"errors": [{"pointer": ""}]}"#),
                Step(
                    "PATCH \(path)", #"{"mode": "shadow", "mode": "enforce"}"#, 422,
                    #"{"errors": [{"pointer": "/mode"}]}"#),
                Step(
                    "PATCH \(path)", #"{"name": "b"}"#, 422,
                    #"{"errors": [{"pointer": "/name"}]}"#),
                Step("PATCH /v1/limiters/none", "{}", 404, notFound),
                Step("PATCH \(path)", "{}", 415).with([
                    "Content-Type": "application/json-patch+json"
                ]),
            ]),
        Scenario(
            "versions are listed newest first, and rolled back to",
            [
                put.with(["X-Actor": "ada"]),
                Step("PATCH \(path)", #"{"mode": "shadow"}"#).tells("policy.updated"),
                Step(
                    "POST \(path)/rollback", #"{"version": 1, "reason": "too soon"}"#, 200,
                    #"{"version": 3, "mode": "enforce"}"#
                ).has(["ETag": "\"3-…\""])
                    .tells(
                        #"""
                        {"type": "policy.rolled_back", "policy_version": 3, "reason": "too soon",
                         "data": {"changes": [{"pointer": "/mode", "old": "shadow", "new": "enforce"}]}}
                        """#),
                Step(
                    "GET \(path)/versions", nil, 200,
                    #"""
                    {"versions": [
                      {"version": 3, "action": "rolled_back", "created_by": "anonymous"},
                      {"version": 2, "action": "updated", "mode": "shadow"},
                      {"version": 1, "action": "created", "created_by": "ada", "labels": {},
                       "description": "", "when_unreachable": "allow",
                       "created_at": "2026-01-01T00:00:00.000Z",
                       "spec": {"limits": [{"quota": 60}]}}], "next": null}
                    """#),
                Step(
                    "GET \(path)/versions/1", nil, 200,
                    #"""
                    {"version": 1, "action": "created", "created_by": "ada", "mode": "enforce",
                     "spec": {"limits": [{"quota": 60}]}}
                    """#),
                Step("GET \(path)/versions/2", nil, 200, #"{"version": 2, "mode": "shadow"}"#),
                Step("GET \(path)/versions/4", nil, 404, notFound),
                Step("POST \(path)/rollback", #"{"version": 3}"#, 200, #"{"version": 3}"#),
                Step("POST \(path)/rollback", #"{"version": 9}"#, 404, notFound),
                Step("POST \(path)/rollback", #"{"version": 9223372036854775807}"#, 404, notFound),
                Step("POST /v1/limiters/none/rollback", #"{"version": 1}"#, 404, notFound),
                Step("GET /v1/limiters/none/versions", nil, 404, notFound),
                Step("POST \(path)/rollback", "{}", 422, #"{"errors": [{"pointer": "/version"}]}"#),
                Step(
                    "POST \(path)/rollback", #"{"version": 0}"#, 422,
                    #"{"errors": [{"pointer": "/version"}]}"#),
            ]),
        Scenario(
            "policies, versions and states outlive a restart",
            [
                put, Step("PATCH \(path)", #"{"mode": "shadow"}"#).tells("policy.updated"),
                Step("POST \(path)/acquire", #"{"key": "a", "cost": 7}"#),
                Step("GET \(path)", nil, 200, #"{"version": 2, "mode": "shadow"}"#)
                    .has(["ETag": "\"2-…\""]).afterRestart,
                Step("GET \(path)/state?key=a", nil, 200, #"{"remaining": 53}"#),
                Step("GET \(path)/versions", nil, 200, #"{"versions": ["…", "…"]}"#),
                Step("DELETE \(path)", nil, 204, "").tells("policy.deleted"),
                Step("GET \(path)", nil, 404).afterRestart,
                Step("PUT \(path)", spec, 201, #"{"version": 3}"#).tells("policy.created"),
                Step("GET \(path)/state?key=a", nil, 200, #"{"remaining": 60}"#),
            ]),
        Scenario(
            "a change that only composes a letter otherwise is a change",
            [
                Step(
                    "PUT \(path)", #"{"description": "\u00e9", "spec": {"preset": "search"}}"#, 201
                )
                .tells("policy.created"),
                Step("PATCH \(path)", #"{"description": "e\u0301"}"#, 200, #"{"version": 2}"#)
                    .tells("policy.updated"),
            ]),
    ]
}
