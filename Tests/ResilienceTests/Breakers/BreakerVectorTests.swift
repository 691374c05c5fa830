import TestSupport
import Testing

@testable import Resilience

@Suite("Known answers of the breaker")
struct BreakerVectorTests {
    private static func vector() throws -> JSONObject {
        let document = try JSONParser.parse(Project.text("Tests/Vectors/breaker.json"))
        return try #require(document.value.object)
    }

    @Test(
        "are given, with and without a restart between every two steps", arguments: [false, true])
    func known(restarts: Bool) throws {
        let vector = try Self.vector()
        let policy = try BreakerPolicy.parsed(try #require(vector["spec"]).text)
        let cases = try #require(vector["cases"]?.array)
        #expect(cases.count == 9)
        for one in cases {
            let one = try #require(one.object)
            var script = BreakerScript(policy, restarts: restarts)
            let name = try #require(one["name"]?.string)
            let start = try bring(&script, to: one["from"]?.string)
            try replay(one, &script, from: start, name)
            try compare(one, script, name)
        }
    }

    /// Brings the breaker where a case begins, and tells when that is.
    private func bring(_ script: inout BreakerScript, to place: String?) throws -> Int64 {
        guard let place else { return 0 }
        if place == "forced_open" { try script.take("force forced_open", at: 0) }
        if place != "forced_open" { try script.take("F*5", at: 0) }
        return place == "half_open" ? 5000 : 0
    }

    private func replay(
        _ one: JSONObject, _ script: inout BreakerScript, from start: Int64, _ name: String
    ) throws {
        var ms = start
        let calls = words(one["calls"])
        for (index, call) in (calls + words(one["then"])).enumerated() {
            if index == calls.count {
                #expect(script.state.position.rawValue == one["state"]?.string, "\(name)")
            }
            if call == "permit from closed" {
                try script.take("acquire p", at: ms)
            } else if call.hasPrefix("settle") {
                let answer = try script.take("settle p S", at: ms)
                #expect(answer.hasPrefix(one["reason"]?.string ?? "?"), "\(name)")
                #expect(one["counted"] == false)
            } else {
                try script.take(call, at: ms)
            }
            ms += one["spacing_ms"]?.integer ?? 0
        }
        try acquire(one, &script, from: start, name)
    }

    private func acquire(
        _ one: JSONObject, _ script: inout BreakerScript, from start: Int64, _ name: String
    ) throws {
        guard let allowed = one["allowed"]?.array?.map(\.bool) else { return }
        var answers: [Bool?] = []
        for ms in one["acquire_at_ms"]?.array?.compactMap(\.integer) ?? [] {
            answers.append(try script.take("acquire p", at: ms).hasPrefix("yes"))
        }
        for index in 0..<(one["acquires"]?.integer ?? 0) {
            let answer = try script.take("acquire p\(index)", at: start)
            if one["settle"] == nil { answers.append(answer.hasPrefix("yes")) }
        }
        for (index, outcome) in words(one["settle"]).enumerated() {
            try script.take("settle p\(index) \(outcome)", at: start)
        }
        for _ in 0..<(one["then_acquires"]?.integer ?? 0) {
            answers.append(try script.take("acquire q", at: start).hasPrefix("yes"))
        }
        #expect(answers == allowed, "\(name)")
    }

    private func compare(_ one: JSONObject, _ script: BreakerScript, _ name: String) throws {
        let view = script.state.view(script.policy, at: Instant(milliseconds: 6000))
        let place = (one["then_state"] ?? one["state"])?.string
        if let place { #expect(script.state.position.rawValue == place, "\(name)") }
        if let rate = one["failure_rate"] {
            #expect(view.figures.failureRate == rate.number, "\(name)")
        }
        if let rate = one["slow_rate"] { #expect(view.figures.slowRate == rate.number, "\(name)") }
        if let total = one["total"] { #expect(view.figures.counts.total == total.integer) }
        if let failures = one["failures"] {
            #expect(view.figures.counts.failures == failures.integer)
        }
    }

    private func words(_ value: JSONValue?) -> [String] {
        value?.array?.compactMap(\.string) ?? []
    }
}
