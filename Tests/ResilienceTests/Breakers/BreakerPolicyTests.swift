import Testing

@testable import Resilience

@Suite("Breaker policy")
struct BreakerPolicyTests {
    private func effective(_ text: String, _ variables: [String: JSONValue] = [:]) throws -> String
    {
        try BreakerPolicy.parsed(text, variables).document.text
    }

    private func faults(_ text: String, _ variables: [String: JSONValue] = [:]) throws -> [String] {
        var reader = SpecReader(variables: variables)
        let resolution = BreakerPolicy.resolve(try JSONParser.parse(text).value, &reader)
        #expect((resolution == nil) == !reader.faults.isEmpty)
        return reader.faults.map { "\($0.pointer): \($0.detail)" }
    }

    @Test("the defaults are those of the contract")
    func defaults() throws {
        let contract = """
            {"window":{"type":"time","duration_ms":60000},"minimum_calls":10,\
            "failure_rate_threshold":0.5,"failure_threshold":null,"slow_call_duration_ms":null,\
            "slow_call_rate_threshold":1.0,"open_duration_ms":30000,"open_multiplier":1.0,\
            "max_open_duration_ms":300000,"half_open_permits":3,"success_threshold":2,\
            "probe_timeout_ms":30000,"automatic_half_open":false,"min_reporters":1,\
            "on_probe_timeout":"reopen","key_idle_ms":604800000}
            """
        #expect(try effective("{}") == contract)
        #expect(try effective(contract) == contract)
        #expect(try effective(#"{"window":{}}"#) == contract)
    }

    @Test(
        "defaults that depend on other members are filled in",
        arguments: [
            (#"{"window":{"type":"consecutive"}}"#, "failure_threshold", "5"),
            (#"{"window":{"type":"consecutive"}}"#, "minimum_calls", ""),
            (#"{"window":{"type":"consecutive"}}"#, "failure_rate_threshold", ""),
            (#"{"window":{"type":"consecutive"}}"#, "slow_call_rate_threshold", ""),
            (#"{"window":{"type":"count"}}"#, "window", #"{"type":"count","size":100}"#),
            (#"{"window":{"type":"count"}}"#, "minimum_calls", "10"),
            (#"{"window":{"type":"count","size":4}}"#, "minimum_calls", "4"),
            (#"{"window":{"type":"count","size":4}}"#, "failure_threshold", "null"),
            (#"{"window":{"type":"time","duration_ms":10}}"#, "minimum_calls", "10"),
            (#"{"open_duration_ms":400000}"#, "max_open_duration_ms", "400000"),
            (#"{"preset":"production"}"#, "open_duration_ms", "60000"),
            (#"{"preset":"production"}"#, "failure_threshold", "5"),
            (#"{"preset":"development"}"#, "open_duration_ms", "30000"),
            (#"{"preset":"development"}"#, "failure_threshold", "3"),
            (#"{"preset":"development","window":{"type":"time"}}"#, "failure_threshold", "3"),
        ])
    func dependent(spec: String, member: String, value: String) throws {
        let document = try BreakerPolicy.parsed(spec).document
        #expect(document[member]?.text ?? "" == value)
        #expect(try effective(document.text) == document.text)
    }

    @Test("the environment stands in for what is left out")
    func variables() throws {
        let variables: [String: JSONValue] = [
            "CIRCUIT_BREAKER_FAILURE_THRESHOLD": 7, "CIRCUIT_BREAKER_RESET_TIMEOUT_MS": 1234,
        ]
        let policy = try BreakerPolicy.parsed(#"{"window":{"type":"consecutive"}}"#, variables)
        #expect(policy.failureThreshold == 7)
        #expect(policy.openDuration == .milliseconds(1234))
        let told = try BreakerPolicy.parsed(#"{"failure_threshold":2}"#, variables)
        #expect(told.failureThreshold == 2)
    }

    @Test(
        "what cannot be is refused, with a pointer",
        arguments: [
            (
                #"{"window":{"type":"count","size":5},"minimum_calls":6}"#,
                "/spec/minimum_calls: must be at most the window's size (5)"
            ),
            (#"{"window":{"type":"count","size":0}}"#, "/spec/window/size: must be at least 1"),
            (
                #"{"window":{"type":"time","duration_ms":9}}"#,
                "/spec/window/duration_ms: must be at least 10"
            ),
            (#"{"window":{"size":5}}"#, "/spec/window/size: needs type count"),
            (
                #"{"window":{"type":"count","duration_ms":50}}"#,
                "/spec/window/duration_ms: needs type time"
            ),
            (
                #"{"window":{"type":"consecutive"},"minimum_calls":3}"#,
                "/spec/minimum_calls: needs a window of type count or time"
            ),
            (
                #"{"window":{"type":"consecutive"},"failure_rate_threshold":0.5}"#,
                "/spec/failure_rate_threshold: needs a window of type count or time"
            ),
            (
                #"{"window":{"type":"consecutive"},"slow_call_rate_threshold":0.5}"#,
                "/spec/slow_call_rate_threshold: needs a window of type count or time"
            ),
            (#"{"failure_rate_threshold":0}"#, "/spec/failure_rate_threshold: must be above 0.0"),
            (
                #"{"failure_rate_threshold":1.1}"#,
                "/spec/failure_rate_threshold: must be at most 1.0"
            ),
            (
                #"{"failure_rate_threshold":1e300}"#,
                "/spec/failure_rate_threshold: must be at most 1.0"
            ),
            (
                #"{"failure_rate_threshold":"1"}"#,
                "/spec/failure_rate_threshold: must be a number, not a string"
            ),
            (#"{"open_multiplier":0.5}"#, "/spec/open_multiplier: must be at least 1.0"),
            (#"{"half_open_permits":0}"#, "/spec/half_open_permits: must be at least 1"),
            (#"{"success_threshold":0}"#, "/spec/success_threshold: must be at least 1"),
            (#"{"probe_timeout_ms":0}"#, "/spec/probe_timeout_ms: must be at least 1"),
            (#"{"open_duration_ms":0}"#, "/spec/open_duration_ms: must be at least 1"),
            (
                #"{"min_reporters":65}"#,
                "/spec/min_reporters: must be at most 64, since so many reporters are remembered"
            ),
            (
                #"{"half_open_permits":10001}"#,
                "/spec/half_open_permits: must be at most 10000, "
                    + "since each probe that is out is remembered"
            ),
            (
                #"{"window":{"type":"count","size":1000001}}"#,
                "/spec/window/size: must be at most 1000000, "
                    + "since each call of the window is remembered"
            ),
            (#"{"key_idle_ms":0}"#, "/spec/key_idle_ms: must be at least 1"),
            (
                #"{"on_probe_timeout":"close"}"#,
                #"/spec/on_probe_timeout: must be one of "reopen", "release""#
            ),
            (
                #"{"open_duration_ms":5,"max_open_duration_ms":4}"#,
                "/spec/max_open_duration_ms: must be at least open_duration_ms (5)"
            ),
            (#"{"windows":{}}"#, #"/spec/windows: unknown member; meant "window"?"#),
        ])
    func refused(spec: String, fault: String) throws {
        #expect(try faults(spec) == [fault])
    }

    @Test("the largest of every range is taken")
    func largest() throws {
        let year = 31_622_400_000
        let spec = """
            {"window":{"type":"count","size":1000000},"minimum_calls":1000000,\
            "failure_rate_threshold":1,"failure_threshold":1000000000,\
            "slow_call_duration_ms":\(year),"slow_call_rate_threshold":1,\
            "open_duration_ms":\(year),"open_multiplier":1000000000,\
            "max_open_duration_ms":\(year),"half_open_permits":10000,\
            "success_threshold":1000000000,"probe_timeout_ms":\(year),"min_reporters":64,"key_idle_ms":\(year)}
            """
        #expect(try faults(spec) == [])
        var script = BreakerScript(try .parsed(spec))
        script.policy.minimumReporters = 1
        #expect(try script.take("T*1000000000", at: 0) == "counted open | opened failure_rate at 0")
        #expect(try script.take("acquire p", at: Int64(year)).hasPrefix("yes | half_opened"))
    }

    @Test(
        "the open duration grows up to its longest, however often it opens again",
        arguments: [(0, 100), (1, 150), (2, 225), (3, 337), (4, 506), (8, 1000), (.max, 1000)]
            as [(Int64, Int64)])
    func growing(times: Int64, ms: Int64) throws {
        let policy = try BreakerPolicy.parsed(
            #"{"open_duration_ms":100,"open_multiplier":1.5,"max_open_duration_ms":1000}"#)
        #expect(policy.openDuration(reopened: times) == .milliseconds(ms))
        let steady = try BreakerPolicy.parsed(#"{"open_duration_ms":100}"#)
        #expect(steady.openDuration(reopened: times) == .milliseconds(100))
    }
}
