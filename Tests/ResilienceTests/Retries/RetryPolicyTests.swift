import Testing

@testable import Resilience

@Suite("Retry policy")
struct RetryPolicyTests {
    private func faults(_ text: String) throws -> [String] {
        var reader = SpecReader()
        let resolution = RetryPolicy.resolve(try JSONParser.parse(text).value, &reader)
        #expect((resolution == nil) == !reader.faults.isEmpty)
        return reader.faults.map { "\($0.pointer): \($0.detail)" }
    }

    @Test("the defaults are those of the contract")
    func defaults() throws {
        let contract = """
            {"max_attempts":3,"backoff":"exponential","initial_delay_ms":100,\
            "max_delay_ms":10000,"multiplier":2.0,"increment_ms":null,"jitter":"full",\
            "jitter_factor":0.1,"max_elapsed_ms":null,\
            "retry_on":{"statuses":[408,429,500,502,503,504],\
            "errors":["timeout","network","connection_refused"]},\
            "never_on":{"statuses":[400,401,403,404,422],"errors":[]},"honor_retry_after":true,\
            "budget":null}
            """
        #expect(try RetryPolicy.parsed("{}").document.text == contract)
        #expect(try RetryPolicy.parsed(contract).document.text == contract)
    }

    @Test(
        "defaults that depend on other members are filled in",
        arguments: [
            (#"{"backoff":"linear"}"#, "increment_ms", "100"),
            (#"{"backoff":"linear","initial_delay_ms":7}"#, "increment_ms", "7"),
            (#"{"backoff":"linear","increment_ms":0}"#, "increment_ms", "0"),
            (#"{"backoff":"decorrelated"}"#, "jitter", ""),
            (#"{"backoff":"decorrelated","preset":"network"}"#, "max_attempts", "4"),
            (#"{"backoff":"fixed"}"#, "jitter", #""full""#),
            (
                #"{"retry_on":{"statuses":[]}}"#, "retry_on",
                #"{"statuses":[],"errors":["timeout","network","connection_refused"]}"#
            ),
            (#"{"preset":"aggressive"}"#, "initial_delay_ms", "200"),
            (#"{"preset":"conservative"}"#, "max_delay_ms", "5000"),
            (#"{"preset":"quick"}"#, "max_attempts", "2"),
            (#"{"preset":"database"}"#, "multiplier", "1.5"),
        ])
    func dependent(spec: String, member: String, value: String) throws {
        let document = try RetryPolicy.parsed(spec).document
        #expect(document[member]?.text ?? "" == value)
        #expect(try RetryPolicy.parsed(document.text).document == document)
    }

    @Test("the environment stands in for what is left out, and zero is a value")
    func variables() throws {
        let policy = try RetryPolicy.parsed(
            #"{"max_delay_ms":9}"#,
            [
                "RETRY_MAX_ATTEMPTS": 8, "RETRY_INITIAL_DELAY_MS": 0, "RETRY_MAX_DELAY_MS": 7,
                "RETRY_BACKOFF_MULTIPLIER": 3,
            ])
        #expect(policy.maximumAttempts == 8)
        #expect(policy.initialDelay == .zero)
        #expect(policy.maximumDelay == .milliseconds(9))
        #expect(policy.multiplier == 3)
        #expect(policy.delay(after: 7, random: 0.9) == .zero)
    }

    @Test(
        "what cannot be is refused, with a pointer",
        arguments: [
            (#"{"max_attempts":0}"#, "/spec/max_attempts: must be at least 1"),
            (#"{"initial_delay_ms":-1}"#, "/spec/initial_delay_ms: must be at least 0"),
            (#"{"multiplier":0.99}"#, "/spec/multiplier: must be at least 1.0"),
            (#"{"multiplier":true}"#, "/spec/multiplier: must be a number, not a boolean"),
            (#"{"jitter_factor":1.01}"#, "/spec/jitter_factor: must be at most 1.0"),
            (
                #"{"initial_delay_ms":101,"max_delay_ms":100}"#,
                "/spec/max_delay_ms: must be at least initial_delay_ms (101)"
            ),
            (
                #"{"preset":"conservative","max_delay_ms":999}"#,
                "/spec/max_delay_ms: must be at least initial_delay_ms (1000)"
            ),
            (#"{"budget":{"ratio":1.1}}"#, "/spec/budget/ratio: must be at most 1.0"),
            (#"{"budget":{"window_ms":9}}"#, "/spec/budget/window_ms: must be at least 10"),
            (
                #"{"budget":{"ratio":0,"min_per_second":0.09}}"#,
                "/spec/budget/min_per_second: must come to a retry in window_ms, since with a "
                    + "ratio of 0 there is no other"
            ),
            (#"{"increment_ms":5}"#, "/spec/increment_ms: needs backoff linear"),
            (
                #"{"backoff":"fixed","multiplier":3}"#,
                "/spec/multiplier: needs backoff exponential"
            ),
            (
                #"{"jitter":"none","jitter_factor":0.5}"#,
                "/spec/jitter_factor: needs jitter factor"
            ),
            (
                #"{"backoff":"decorrelated","jitter_factor":0.5}"#,
                "/spec/jitter_factor: needs jitter factor"
            ),
            (
                #"{"backoff":"decorrelated","jitter":"full"}"#,
                "/spec/jitter: cannot stand beside backoff decorrelated"
            ),
            (#"{"retry_on":{"statuses":[99]}}"#, "/spec/retry_on/statuses/0: must be at least 100"),
            (
                #"{"never_on":{"errors":[5]}}"#,
                "/spec/never_on/errors/0: must be a string, not a number"
            ),
            (
                #"{"backoff":"quadratic"}"#,
                #"/spec/backoff: must be one of "fixed", "linear", "exponential", "fibonacci", "#
                    + #""decorrelated""#
            ),
        ])
    func refused(spec: String, fault: String) throws {
        #expect(try faults(spec) == [fault])
    }

    @Test(
        "a delay that is not told goes with the other",
        arguments: [
            ("{}", 100, 10_000), (#"{"initial_delay_ms":20000}"#, 20_000, 20_000),
            (#"{"max_delay_ms":50}"#, 50, 50), (#"{"max_delay_ms":0}"#, 0, 0),
            (#"{"initial_delay_ms":100,"max_delay_ms":100}"#, 100, 100),
            (#"{"preset":"quick","initial_delay_ms":null}"#, 100, 1000),
        ] as [(String, Int64, Int64)])
    func delays(spec: String, initial: Int64, longest: Int64) throws {
        let document = try RetryPolicy.parsed(spec).document
        #expect(document["initial_delay_ms"] == .integer(initial))
        #expect(document["max_delay_ms"] == .integer(longest))
    }

    @Test("a multiplier of a preset or the environment is not held against other delays")
    func multipliersMeantForOthers() throws {
        let variables: [String: JSONValue] = ["RETRY_BACKOFF_MULTIPLIER": 3]
        let override = EnvironmentOverride(variable: "V", path: "BACKOFF", text: "fixed")
        let cases: [(JSONValue, [EnvironmentOverride])] = [
            (["backoff": "fixed"], []), (["backoff": "fixed", "preset": "database"], []),
            ([:], [override]),
        ]
        for (spec, overrides) in cases {
            var reader = SpecReader(variables: variables)
            let resolution = RetryPolicy.resolve(spec, overrides: overrides, &reader)
            #expect(resolution?.effective["backoff"] == "fixed", "\(reader.faults)")
            #expect(resolution?.effective["multiplier"] == 2.0)
        }
        var reader = SpecReader(variables: variables)
        #expect(RetryPolicy.resolve([:], &reader)?.effective["multiplier"] == 3.0)
    }

    @Test("a figure that means nothing may be there as its default")
    func harmlessFigures() throws {
        for spec in [#"{"backoff":"fixed","multiplier":2,"jitter_factor":0.1}"#] {
            let document = try RetryPolicy.parsed(spec).document
            #expect(try RetryPolicy.parsed(document.text).document == document)
        }
    }

    @Test("a refusal names the variables that cause it")
    func refusedVariables() throws {
        let variables: [String: JSONValue] = [
            "RETRY_INITIAL_DELAY_MS": 500, "RETRY_MAX_DELAY_MS": 400,
        ]
        let refused: [(JSONValue, String)] = [
            ([:], "(500); see the variable RETRY_INITIAL_DELAY_MS and RETRY_MAX_DELAY_MS"),
            (["max_delay_ms": 300], "(500); see the variable RETRY_INITIAL_DELAY_MS"),
            (["initial_delay_ms": 600], "(600); see the variable RETRY_MAX_DELAY_MS"),
        ]
        for (spec, end) in refused {
            var reader = SpecReader(variables: variables)
            #expect(RetryPolicy.resolve(spec, &reader) == nil)
            #expect(reader.faults.map(\.pointer) == ["/spec/max_delay_ms"])
            #expect(reader.faults.first?.detail == "must be at least initial_delay_ms " + end)
        }
        var reader = SpecReader(variables: variables)
        let own: JSONValue = ["initial_delay_ms": 600, "max_delay_ms": 700]
        #expect(RetryPolicy.resolve(own, &reader) != nil)
    }

    @Test("the schema lets lists be empty that may be")
    func schema() throws {
        let properties = try #require(RetryPolicy.shape.schema["properties"]?.object)
        let lists = try #require(properties["never_on"]?.object?["properties"]?.object)
        #expect(lists["errors"]?.object?["minItems"] == 0)
        #expect(lists["errors"]?.object?["maxItems"] == 100)
        #expect(properties["multiplier"]?.object?["minimum"] == 1.0)
    }
}
