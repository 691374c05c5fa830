import ControlPlane
import Resilience
import TestSupport
import Testing

@Suite("Faults of requests")
struct FaultTests {
    /// A request that must be refused, and the places it must be refused for.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let line: String
        let body: String?
        let status: Int
        let pointers: [String]

        init(_ line: String, _ body: String?, _ status: Int, _ pointers: String...) {
            self.line = line
            self.body = body
            self.status = status
            self.pointers = pointers
        }

        var testDescription: String { "\(line) \(body?.prefix(60) ?? "")" }
    }

    @Test("are all told, never as a 500, and change nothing")
    func refusals() async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"limits": [{"quota": 60}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            _ = try await server.send("POST /v1/limiters/api/acquire", #"{"key": "k"}"#)
            let before = try await Self.everything(server)
            for refusal in Self.all {
                let request = HTTPRequestText(refusal.line, refusal.body)
                let reply = try await server.send(request)
                let place = "\(refusal.testDescription): \(reply.text)"
                #expect(reply.status == refusal.status, "\(place)")
                let errors = reply.at("/errors")?.array ?? []
                let pointers = errors.compactMap { $0.at("/pointer")?.string }
                #expect(pointers == refusal.pointers, "\(place)")
                #expect(
                    errors.allSatisfy { $0.at("/detail")?.string?.isEmpty == false }, "\(place)")
                reply.checkProblem(request)
            }
            #expect(try await Self.everything(server) == before)
        }
    }

    @Test(
        "of a request to move the machine's clock are not told: there is no such clock",
        arguments: [nil, "{}", "[", #"{"ms": -1}"#, #"{"ms": 1}"#])
    func noManualClock(body: String?) async throws {
        var options = TestServer.Options()
        options.clock = .system
        try await TestServer.with(options) { server in
            let reply = try await server.send("POST /v1/clock/advance", body)
            #expect(reply.status == 404)
        }
    }

    /// All that a client can read of the policies, the keys and the history.
    private static func everything(_ server: TestServer) async throws -> [String] {
        var texts: [String] = []
        for path in [
            "policies", "limiters/api/versions", "limiters/api/keys", "limiters/api/stats",
            "limiters/api/assignments", "events", "clock",
        ] {
            texts.append(try await server.send("GET /v1/\(path)").text)
        }
        return texts
    }

    private static let put = "PUT /v1/limiters/api"
    private static let acquire = "POST /v1/limiters/api/acquire"
    private static let long = String(repeating: "a", count: 257)

    private static func quota(_ text: String) -> Refusal {
        Refusal(put, #"{"spec": {"limits": [{"quota": \#(text)}]}}"#, 422, "/spec/limits/0/quota")
    }

    private static func cost(_ text: String) -> Refusal {
        Refusal(acquire, #"{"key": "k", "cost": \#(text)}"#, 422, "/cost")
    }

    private static let numbers =
        [
            "0", "-1", "1000000001", "9223372036854775808", "-9223372036854775809", "1.5", "1e-3",
            #""5""#, "true", "[1]", "{}",
        ].map(quota)
        + ["-1", "1000000001", "9223372036854775808", "1.5", #""1""#, "false"].map(cost)

    private static let malformed = [
        "{", "[1,]", #"{"spec": }"#, "nul", "{} {}", "{}x", "\u{FEFF}{}", "'a'", #"{"a": 01}"#,
        #"{"a": +1}"#, #"{"a": .5}"#, #"{"a": NaN}"#, #"{"a": "\x"}"#, #"{"a": "\ud800"}"#,
        "{\"a\": \"\n\"}", "{\"a\": \"\u{0}\"}", String(repeating: "[", count: 100_000),
        " ", #"{"a": 1e999}"#, #"{"spec": {"x": [-1e309]}}"#,
    ].flatMap { [Refusal(put, $0, 400), Refusal(acquire, $0, 400)] }

    private static let documents = [
        Refusal(put, "[]", 422, "", "/spec/limits"), Refusal(put, "null", 422, "", "/spec/limits"),
        Refusal(put, "{}", 422, "/spec/limits"), Refusal(put, nil, 422, "/spec/limits"),
        Refusal(put, #"{"spec": []}"#, 422, "/spec"),
        Refusal(put, #"{"spec": {"limits": []}}"#, 422, "/spec/limits"),
        Refusal(put, #"{"spec": {"limits": {}}}"#, 422, "/spec/limits"),
        Refusal(put, #"{"spec": {"limits": [1, null]}}"#, 422, "/spec/limits/0", "/spec/limits/1"),
        Refusal(put, #"{"spec": {"limits": [{"qouta": 1}]}}"#, 422, "/spec/limits/0/qouta"),
        Refusal(
            put, #"{"spec": {"limits": [{"quota": 1, "period_ms": 31622400001}]}}"#, 422,
            "/spec/limits/0/period_ms"),
        Refusal(
            put, #"{"spec": {"limits": [{"quota": 1, "calendar": "day"}]}}"#, 422,
            "/spec/limits/0/calendar"),
        Refusal(
            put, #"{"spec": {"algorithm": "sliding_window", "limits": [{"burst": 1}]}}"#, 422,
            "/spec/limits/0/burst"),
        Refusal(
            put, #"{"spec": {"algorithm": "leaky", "limits": [{"quota": 0}]}}"#, 422,
            "/spec/algorithm", "/spec/limits/0/quota"),
        Refusal(put, #"{"spec": {"tiers": {}}}"#, 422, "/spec/tiers"),
        Refusal(
            put, #"{"spec": {"tiers": {"a b": {"blocked": true}}, "default_tier": "x"}}"#, 422,
            "/spec/tiers/a b"),
        Refusal(
            put, #"{"spec": {"tiers": {"a": {"blocked": true}}, "default_tier": "x"}}"#, 422,
            "/spec/default_tier"),
        Refusal(
            put, #"{"spec": {"tiers": {"a~/b": {"blocked": true}, "free": {"blocked": true}}}}"#,
            422, "/spec/tiers/a~0~1b"),
        Refusal(put, #"{"spec": {"preset": 5}}"#, 422, "/spec/preset"),
        Refusal(put, #"{"spec": {"preset": "none"}}"#, 422, "/spec/preset"),
        Refusal(
            put,
            #"""
            {"mode": "off", "when_unreachable": 1, "labels": {"a b": "x", "c": 1},
             "description": 5, "extra": 1, "spec": {"limits": [{"quota": 0, "burst": -1}]}}
            """#, 422, "/extra", "/description", "/labels/a b", "/labels/c", "/mode",
            "/when_unreachable", "/spec/limits/0/quota", "/spec/limits/0/burst"),
        Refusal(
            put,
            #"{"spec": {"limits": [{"quota": 1, "quota": 2}]}, "mode": "enforce", "mode": "shadow"}"#,
            422, "/spec/limits/0/quota", "/mode"),
        Refusal(acquire, "{}", 422, "/key"), Refusal(acquire, nil, 422, "/key"),
        Refusal(acquire, "[]", 422, ""), Refusal(acquire, #"{"key": null}"#, 422, "/key"),
        Refusal(acquire, #"{"key": 5}"#, 422, "/key"),
        Refusal(acquire, #"{"key": "\#(long)"}"#, 422, "/key"),
        Refusal(acquire, #"{"key": "a\u0000"}"#, 422, "/key"),
        Refusal(acquire, #"{"key": "a\u0085"}"#, 422, "/key"),
        Refusal(
            acquire, #"{"key": "a\u007f", "costs": 1, "tier": "-", "wait_ms": 60001}"#, 422,
            "/costs", "/key", "/tier", "/wait_ms"),
        Refusal(acquire, #"{"key": "k", "tier": "free"}"#, 422, "/tier"),
        Refusal(acquire, #"{"key": "k", "key": "l", "\u006bey": "m"}"#, 422, "/key", "/key"),
        Refusal("POST /v1/limiters/api/refund", #"{"cost": -1}"#, 422, "/key", "/cost"),
        Refusal("POST /v1/limiters/api/reset", #"{"why": 1, "all": true}"#, 422, "/why"),
        Refusal("POST /v1/limiters/api/reset", nil, 422, ""),
        Refusal("POST /v1/limiters/api/reset", #"{"all": false, "key": null}"#, 422, ""),
        Refusal("POST /v1/limiters/api/reset", #"{"all": true, "key": ""}"#, 422, ""),
        Refusal("POST /v1/limiters/api/reset?key=k", #"{"key": "k"}"#, 422, "/query/key"),
        Refusal("POST /v1/clock/advance", #"{"ms": -1}"#, 422, "/ms"),
        Refusal("POST /v1/clock/advance", #"{"ms": 9223372036854775807}"#, 422, "/ms"),
        Refusal("POST /v1/clock/advance", "{}", 422, "/ms"),
    ]

    private static let places = [
        Refusal("PUT /v1/limiters/-api", "{}", 422, "/path/name"),
        Refusal("GET /v1/limiters/\(long)", nil, 422, "/path/name"),
        Refusal("GET /v1/limiters/a%2Fb", nil, 422, "/path/name"),
        Refusal("GET /v1/limiters/a%ZZ", nil, 422, "/path/name"),
        Refusal("GET /v1/limiters/a%FF", nil, 422, "/path/name"),
        Refusal("GET /v1/limiters/%C3%A9", nil, 422, "/path/name"),
        Refusal("GET /v1/limiters/api?x=1&y", nil, 422, "/query/x", "/query/y"),
        Refusal("GET /v1/limiters/api/assignments/a%00", nil, 422, "/path/key"),
        Refusal("GET /v1/limiters/api/assignments/\(long)", nil, 422, "/path/key"),
        Refusal("GET /v1/limiters/api/state?key=%0A", nil, 422, "/query/key"),
        Refusal("GET /v1/limiters/api/state?key=%C3", nil, 422, "/query/key", "/query/key"),
        Refusal("GET /v1/limiters/api/state?key=a&key=b", nil, 422, "/query/key"),
        Refusal("GET /v1/limiters/api/state?key=a&cost=-1", nil, 422, "/query/cost"),
        Refusal("GET /v1/limiters/api/state?key=a&cost=1.0", nil, 422, "/query/cost"),
        Refusal("GET /v1/limiters?limit=0", nil, 422, "/query/limit"),
        Refusal("GET /v1/limiters?limit=1001", nil, 422, "/query/limit"),
        Refusal("GET /v1/limiters?limit=9223372036854775808", nil, 422, "/query/limit"),
        Refusal("GET /v1/limiters?limit=%2B5", nil, 422, "/query/limit"),
        Refusal("GET /v1/limiters?cursor=zz", nil, 422, "/query/cursor"),
        Refusal("GET /v1/limiters?cursor=cff", nil, 422, "/query/cursor"),
        Refusal("GET /v1/limiters?label=team", nil, 422, "/query/label"),
        Refusal("GET /v1/policies?kind=Limiter", nil, 422, "/query/kind"),
        Refusal("GET /v1/events?kind=boiler", nil, 422, "/query/kind"),
        Refusal("GET /v1/policies?cursor=z&limit=x", nil, 422, "/query/limit", "/query/cursor"),
        Refusal("GET /v1/limiters/api/versions?cursor=c61", nil, 422, "/query/cursor"),
        Refusal("GET /v1/events?cursor=c61", nil, 422, "/query/cursor"),
        Refusal(
            "GET /v1/events?order=up&after=-1&since=now&until=1", nil, 422,
            "/query/since", "/query/until", "/query/after", "/query/order"),
        Refusal("GET /v1/limiters/api/versions/x", nil, 422, "/path/version"),
        Refusal("GET /v1/limiters/api/versions/0", nil, 422, "/path/version"),
        Refusal("GET /v1/limiters/api/versions/9223372036854775808", nil, 422, "/path/version"),
        Refusal("GET /v1/limiters/api/versions/9223372036854775807", nil, 404),
        Refusal("GET /v1/limiters/none/versions/1", nil, 404),
        Refusal("GET /v1/events/0", nil, 422, "/path/seq"),
        Refusal("GET /v1/events/x", nil, 422, "/path/seq"),
        Refusal("GET /v1/events/9223372036854775808", nil, 422, "/path/seq"),
        Refusal("GET /v1/events/9223372036854775807", nil, 404),
        Refusal(
            "POST /v1/policies/apply?dry_run=true", #"{"policies": []}"#, 422, "/query/dry_run"),
    ]

    private static let all = numbers + malformed + documents + places
}
