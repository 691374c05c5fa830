import Testing

@testable import Resilience

@Suite("Bulkhead policy")
struct BulkheadPolicyTests {
    private func faults(_ text: String) throws -> [String] {
        var reader = SpecReader()
        let resolution = BulkheadPolicy.resolve(try JSONParser.parse(text).value, &reader)
        #expect((resolution == nil) == !reader.faults.isEmpty)
        return reader.faults.map { "\($0.pointer): \($0.detail)" }
    }

    @Test("the defaults are those of the contract")
    func defaults() throws {
        let contract = """
            {"max_concurrent":10,"max_queue":0,"max_wait_ms":0,"lease_ms":30000,\
            "durability":"relaxed"}
            """
        func effective(_ text: String) throws -> JSONObject {
            try BulkheadPolicy.parsed(text).document
        }
        let expected = try JSONParser.parse(contract).value.object
        #expect(
            try effective(#"{"max_concurrent":10}"#).filter { $1 != .null } == expected)
        #expect(try effective(contract).filter { $1 != .null } == expected)
    }

    @Test(
        "the defaults of adaptive depend on its algorithm, and on where it starts",
        arguments: [
            ("aimd", 10, #"{"algorithm":"aimd","min":1,"max":200,"target_latency_ms":5000}"#),
            ("aimd", 500, #"{"algorithm":"aimd","min":1,"max":500,"target_latency_ms":5000}"#),
            ("vegas", 10, #"{"algorithm":"vegas","min":1,"max":1000,"target_latency_ms":null}"#),
            (
                "gradient2", 10,
                #"{"algorithm":"gradient2","min":1,"max":200,"target_latency_ms":null}"#
            ),
        ])
    func adaptive(algorithm: String, start: Int, document: String) throws {
        let spec = #"{"max_concurrent":\#(start),"adaptive":{"algorithm":"\#(algorithm)"}}"#
        let policy = try BulkheadPolicy.parsed(spec)
        #expect(policy.document["adaptive"]?.text == document)
        #expect(try BulkheadPolicy.parsed(policy.document.text) == policy)
    }

    @Test(
        "what can never work is refused, with a pointer and the reason",
        arguments: [
            ("{}", "/spec/max_concurrent: is required"),
            (#"{"max_concurrent":0}"#, "/spec/max_concurrent: must be at least 1"),
            (
                #"{"max_concurrent":10001}"#,
                "/spec/max_concurrent: must be at most 10000, "
                    + "since each slot that is held is kept with its holder"
            ),
            (
                #"{"max_concurrent":1,"max_queue":10001}"#,
                "/spec/max_queue: must be at most 10000, since each call that waits holds a connection"
            ),
            (#"{"max_concurrent":1,"max_queue":-1}"#, "/spec/max_queue: must be at least 0"),
            (
                #"{"max_concurrent":1,"max_wait_ms":60001}"#,
                "/spec/max_wait_ms: must be at most 60000"
            ),
            (#"{"max_concurrent":1,"lease_ms":0}"#, "/spec/lease_ms: must be at least 1"),
            (
                #"{"max_concurrent":1,"durability":"eager"}"#,
                #"/spec/durability: must be one of "relaxed", "strict""#
            ),
            (
                #"{"max_concurrent":1,"max_que":5}"#,
                #"/spec/max_que: unknown member; meant "max_queue"?"#
            ),
            (
                #"{"max_concurrent":1,"adaptive":{}}"#, "/spec/adaptive/algorithm: is required"
            ),
            (
                #"{"max_concurrent":5,"adaptive":{"algorithm":"aimd","min":6,"max":5}}"#,
                "/spec/adaptive/min: must be at most max (5)"
            ),
            (
                #"{"max_concurrent":5,"adaptive":{"algorithm":"aimd","min":6}}"#,
                "/spec/max_concurrent: must be at least the min of adaptive (6)"
            ),
            (
                #"{"max_concurrent":5,"adaptive":{"algorithm":"vegas","max":4}}"#,
                "/spec/max_concurrent: must be at most the max of adaptive (4)"
            ),
            (
                #"{"max_concurrent":5,"adaptive":{"algorithm":"bic"}}"#,
                #"/spec/adaptive/algorithm: must be one of "aimd", "vegas", "gradient2""#
            ),
            (
                #"{"max_concurrent":5,"adaptive":{"algorithm":"aimd","target_latency_ms":0}}"#,
                "/spec/adaptive/target_latency_ms: must be at least 1"
            ),
        ])
    func refused(spec: String, fault: String) throws {
        #expect(try faults(spec) == [fault])
    }

    @Test("the largest of every range is taken")
    func largest() throws {
        let spec = """
            {"max_concurrent":10000,"max_queue":10000,"max_wait_ms":60000,\
            "lease_ms":31622400000,"durability":"strict","adaptive":{"algorithm":"vegas",\
            "min":10000,"max":10000,"target_latency_ms":31622400000}}
            """
        #expect(try faults(spec) == [])
    }

    @Test("a bulkhead whose queue is closed for now is one")
    func closedQueue() throws {
        #expect(try faults(#"{"max_concurrent":1,"max_queue":5}"#) == [])
        #expect(try faults(#"{"max_concurrent":1,"max_wait_ms":5}"#) == [])
    }

    @Test(
        "a call waits when it is to, and as many do as may",
        arguments: [
            (0, 0, 5, .full), (5, 0, 0, .full), (0, 0, 0, .full), (5, 0, 5, nil), (5, 4, 5, nil),
            (5, 5, 5, .queueFull), (5, 9, 5, .queueFull),
        ] as [(Int64, Int64, Int64, BulkheadDenialReason?)])
    func waiting(
        waitMs: Int64, queued: Int64, maxQueue: Int64, reason: BulkheadDenialReason?
    ) throws {
        let policy = try BulkheadPolicy.parsed(
            #"{"max_concurrent":1,"max_queue":\#(maxQueue),"max_wait_ms":100}"#)
        #expect(policy.refusal(toWait: .milliseconds(waitMs), behind: queued) == reason)
    }

    @Test("a call waits as long as it asks to, at most and by default as the policy says")
    func wait() throws {
        let policy = try BulkheadPolicy.parsed(#"{"max_concurrent":1,"max_wait_ms":100}"#)
        #expect(policy.wait(asked: nil) == .milliseconds(100))
        #expect(policy.wait(asked: .zero) == .zero)
        #expect(policy.wait(asked: .milliseconds(99)) == .milliseconds(99))
        #expect(policy.wait(asked: .milliseconds(101)) == .milliseconds(100))
    }
}
