import ControlPlane
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("Conditions of requests")
struct ConditionTests {
    @Test(
        "are a star, or tags in quotes with commas between them",
        arguments: [
            ("*", .any), (" * ", .any), (#""3""#, .list([EntityTag("3")])),
            (#""""#, .list([EntityTag("")])),
            (
                #""a,b" ,W/"3-x", "y""#,
                .list([EntityTag("a,b"), EntityTag("3-x", isWeak: true), EntityTag("y")])
            ),
            ("", nil), ("3", nil), ("abc", nil), (#""3"#, nil), (#""3","#, nil), (#","3""#, nil),
            (#""3" "4""#, nil), (#"w/"3""#, nil), (#""3", *"#, nil), (#"*, "3""#, nil),
            (#""3"x"#, nil), ("**", nil),
        ] as [(String, Precondition.Tags?)])
    func lists(text: String, tags: Precondition.Tags?) {
        #expect(EntityTagList.parse(text) == tags)
    }

    private static let path = "/v1/limiters/api"
    private static let spec = #"{"spec": {"limits": [{"quota": 60}]}}"#
    private static let mismatch = #"{"type": "urn:switchgear:problem:version_mismatch"}"#
    private static let put = Step("PUT \(path)", spec, 201).tells("policy.created")
        .keepsField("ETag", as: "tag")
    private static let shadow = #"{"mode": "shadow"}"#

    private static func patch(_ status: Int, _ field: String, _ value: String) -> Step {
        Step("PATCH \(path)", "{}", status, status == 412 ? mismatch : "{}").with([field: value])
    }

    private static let scenarios = [
        Scenario(
            "If-Match holds for the whole tag or the version alone, and for nothing like it",
            [
                put, patch(200, "If-Match", "<tag>"), patch(200, "If-Match", "\"1\""),
                patch(200, "If-Match", "*"), patch(200, "If-Match", "\"9\", <tag>"),
            ]
                + [
                    "\"+1\"", "\"01\"", "\"0001\"", "\" 1\"", "\"1-\"", "\"1-00000000\"", "\"\"",
                    "W/<tag>", "W/\"1\"", "\"2\"", "\"*\"",
                ].map { patch(412, "If-Match", $0) }
                + ["1", "", "\"1", "\"1\",", "*, \"1\"", "+1"].map { tags in
                    Step(
                        "PATCH \(path)", "{}", 422,
                        #"""
                        {"detail": "/header/If-Match: must be * or a list of tags in quotes, like \"3\"",
                         "errors": [{"pointer": "/header/If-Match"}]}
                        """#
                    ).with(["If-Match": tags])
                }),
        Scenario(
            "If-None-Match compares whole tags, weak ones too, on every write",
            [
                put, patch(412, "If-None-Match", "<tag>"), patch(412, "If-None-Match", "W/<tag>"),
                patch(412, "If-None-Match", "*"), patch(412, "If-None-Match", "\"x\", <tag>"),
                patch(200, "If-None-Match", "\"1\""), patch(422, "If-None-Match", "1"),
                Step("PUT \(path)", spec, 412, mismatch).with(["If-None-Match": "<tag>"]),
                Step("PUT \(path)", spec, 200).with(["If-None-Match": "\"1\""]),
                Step("POST \(path)/rollback", #"{"version": 1}"#, 412, mismatch)
                    .with(["If-None-Match": "<tag>"]),
                Step("DELETE \(path)", nil, 412, mismatch).with(["If-None-Match": "W/<tag>"]),
            ]),
        Scenario(
            "If-Match never holds where there is no policy",
            [
                Step("PUT \(path)", spec, 412, mismatch).with(["If-Match": "*"]),
                Step("PATCH \(path)", "{}", 412, mismatch).with(["If-Match": "\"1\""]),
                Step(
                    "DELETE \(path)", nil, 412, #"{"detail": "there is no limiter \"api\""}"#
                ).with(["If-Match": "*"]),
                Step("POST \(path)/rollback", #"{"version": 1}"#, 412, mismatch)
                    .with(["If-Match": "*"]),
                put.with(["If-None-Match": "*"]),
            ]),
        Scenario(
            "a reader that has the tag is told so without a body",
            [
                put,
                Step("GET \(path)", nil, 304, "").with(["If-None-Match": "<tag>"])
                    .has(["ETag": "\"1-…\"", "Content-Type": nil]),
                Step("GET \(path)", nil, 304, "").with(["If-None-Match": "\"5\", W/<tag>"]),
                Step("GET \(path)", nil, 304, "").with(["If-None-Match": "*"]),
                Step("HEAD \(path)", nil, 304, "").with(["If-None-Match": "<tag>"]),
                Step("GET \(path)", nil, 200).with(["If-None-Match": "\"1\", \"a\""]),
                Step("GET \(path)", nil, 422).with(["If-None-Match": "1"]),
                Step("PATCH \(path)", shadow).tells("policy.updated").has(["ETag": "\"2-…\""]),
                Step("GET \(path)", nil, 200, #"{"version": 2}"#)
                    .with(["If-None-Match": "<tag>"]),
                patch(412, "If-Match", "<tag>"),
            ]),
    ]

    @Test("decide whether a write is done", arguments: scenarios, Restarts.allCases)
    func scenario(_ scenario: Scenario, restarts: Restarts) async throws {
        try await scenario.run(restarts: restarts)
    }
}
