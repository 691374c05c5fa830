import Resilience
import TestSupport
import Testing

@Suite("Limiters at the ends of their ranges, over HTTP")
struct LimiterExtremeTests {
    private static let most: Int64 = 1_000_000_000
    private static let year: Int64 = 31_622_400_000

    /// What takes a slot a year, as many at once as there may be.
    private static let endless =
        #"{"algorithm": "leaky_bucket", "#
        + #""limits": [{"quota": 1, "period_ms": 31622400000, "burst": 1000000000}]}"#

    /// Specs at the corners of the ranges of their figures.
    private static let specs: [String] = {
        var specs: [String] = []
        for algorithm in [
            #""token_bucket""#, #""token_bucket", "refill": "interval""#, #""fixed_window""#,
            #""fixed_window", "align": "clock""#, #""sliding_window""#, #""leaky_bucket""#,
        ] {
            for quota in [1, most] {
                for period in [1, year] {
                    let hasBurst = algorithm.contains("bucket")
                    for burst in hasBurst ? [#", "burst": 1"#, #", "burst": 1000000000"#] : [""] {
                        let limit = #"{"quota": \#(quota), "period_ms": \#(period)\#(burst)}"#
                        specs.append(#"{"algorithm": \#(algorithm), "limits": [\#(limit)]}"#)
                    }
                }
            }
        }
        return specs
    }()

    @Test("what fits is granted, the wait that is told is the shortest, and nothing ends it")
    func corners() async throws {
        try await TestServer.with { server in
            for (index, spec) in Self.specs.enumerated() {
                let path = "/v1/limiters/l\(index)"
                let put = try await server.send("PUT \(path)", #"{"spec": \#(spec)}"#)
                #expect(put.status == 201, "\(spec)")
                let state = try await server.send("GET \(path)/state?key=k&cost=1000000000")
                let limit = try #require(state.at("/limit")?.integer)
                let whole = #"{"key": "k", "cost": \#(limit)}"#
                let all = try await server.send("POST \(path)/acquire", whole)
                #expect(all.at("/allowed") == true && all.at("/remaining") == 0, "\(spec)")
                try await obey(server, path, spec)
                let again = try await server.send("POST \(path)/acquire", whole)
                #expect(again.status == 200, "\(spec)")
                let refund = try await server.send(
                    "POST \(path)/refund", #"{"key": "k", "cost": 1000000000}"#)
                let refunded = refund.at("/refunded")?.integer ?? -1
                #expect((1...Self.most).contains(refunded), "\(spec)")
            }
        }
    }

    /// Asks for one more, and waits as long as it is told to.
    private func obey(_ server: TestServer, _ path: String, _ spec: String) async throws {
        let denied = try await server.send("POST \(path)/acquire", #"{"key": "k"}"#)
        #expect(denied.at("/allowed") == false, "\(spec)")
        guard let wait = denied.at("/retry_after_ms")?.integer else {
            // Its slots are taken for a thousand million years, which no instant tells of.
            return #expect(spec == Self.endless)
        }
        #expect(wait >= 1, "\(spec)")
        try await server.advance(by: Int(wait) - 1)
        let early = try await server.send("GET \(path)/state?key=k")
        #expect(early.at("/allowed") == false, "\(spec)")
        try await server.advance(by: 1)
        let allowed = try await server.send("POST \(path)/acquire", #"{"key": "k"}"#)
        #expect(allowed.at("/allowed") == true, "\(spec)")
    }

    @Test("an assignment may end at the last instant there is")
    func lastInstant() async throws {
        try await TestServer.with { server in
            let spec = #"{"spec": {"limits": [{"quota": 1000000000, "period_ms": 31622400000}]}}"#
            _ = try await server.send("PUT /v1/limiters/api", spec)
            let ends = ["2262-04-11T23:47:16.854Z", "2262-04-11T23:47:16.854775807Z"]
            for (end, limit) in zip(ends, [#""blocked": true"#, #""limits": [{"quota": 1}]"#]) {
                let put = try await server.send(
                    "PUT /v1/limiters/api/assignments/k",
                    #"{\#(limit), "expires_at": "\#(end)"}"#)
                #expect(put.status < 300)
                for cost in [1, 2] {
                    let body = #"{"key": "k", "cost": \#(cost)}"#
                    let reply = try await server.send("POST /v1/limiters/api/acquire", body)
                    #expect(reply.status == 200)
                }
            }
        }
    }
}
