import Testing

@testable import Resilience

@Suite("Assignments")
struct AssignmentSpecTests {
    private func policy(_ text: String) throws -> LimiterPolicy {
        var reader = SpecReader()
        let spec = reader.read(LimiterPolicy.self, from: try JSONParser.parse(text).value)
        return try #require(spec, "\(reader.faults)")
    }

    private func read(
        _ text: String, for policy: LimiterPolicy, _ variables: [String: JSONValue] = [:]
    ) throws -> (AssignmentSpec?, [Fault]) {
        var reader = SpecReader(variables: policy.relevant(variables))
        let spec = reader.read(AssignmentSpec.self, from: try JSONParser.parse(text).value)
        return (spec?.completed(for: policy, &reader), reader.faults)
    }

    @Test(
        "hold exactly one of tier, limits, unlimited and blocked",
        arguments: [
            ("{}", ""), (#"{"tier":"default","unlimited":true}"#, ""),
            (#"{"limits":[{}],"blocked":true}"#, ""), (#"{"unlimited":false}"#, "/unlimited"),
            (#"{"tier":"gold"}"#, "/tier"),
            (#"{"limits":[{"calendar":"day"}]}"#, "/limits/0/calendar"),
            (#"{"limits":[{"quota":0}]}"#, "/limits/0/quota"),
            (#"{"blocked":true,"expires_at":"tomorrow"}"#, "/expires_at"),
            (#"{"blocked":true,"note":"a\nb"}"#, "/note"),
        ])
    func faults(text: String, pointer: String) throws {
        let (_, faults) = try read(text, for: policy(#"{"limits":[{}]}"#))
        #expect(faults.first?.pointer == pointer)
        #expect(faults.count == 1)
    }

    @Test("are told all four that they may hold when they hold none")
    func empty() throws {
        let (_, faults) = try read("{}", for: policy(#"{"limits":[{}]}"#))
        #expect(
            faults.map(\.detail)
                == ["must have exactly one of tier, limits, unlimited and blocked"])
    }

    @Test("a default burst counts for buckets, and is not held against windows")
    func defaultBurst() throws {
        let variables: [String: JSONValue] = [
            "RATE_LIMIT_BURST_SIZE": 3, "RATE_LIMIT_REQUESTS_PER_SECOND": [["quota": 1]],
        ]
        let text = #"{"limits":[{"quota":5}]}"#
        let bucket = try policy(#"{"limits":[{}]}"#)
        let (ofBucket, none) = try read(text, for: bucket, variables)
        #expect(none.isEmpty)
        #expect(ofBucket?.allowance(in: bucket) == .limited([.greedy(5, per: 60_000, burst: 3)]))
        let window = try policy(#"{"limits":[{}],"algorithm":"fixed_window"}"#)
        let (ofWindow, neither) = try read(text, for: window, variables)
        #expect(neither.isEmpty)
        #expect(ofWindow?.allowance(in: window) == .limited([.window(5, per: 60_000)]))
        let tiers = try policy(#"{"tiers":{"free":{"unlimited":true}}}"#)
        #expect(Set(tiers.relevant(variables).keys) == ["RATE_LIMIT_BURST_SIZE"])
    }

    @Test("complete their limits as their policy has it")
    func completed() throws {
        let (spec, faults) = try read(
            #"{"limits":[{"quota":5}]}"#, for: policy(#"{"limits":[{}]}"#))
        #expect(faults.isEmpty)
        #expect(spec?.document["limits"] == [["quota": 5, "period_ms": 60_000, "burst": 5]])
        #expect(spec?.document["expires_at"] == .some(.null))
        #expect(spec?.document["note"] == "")
    }
}
