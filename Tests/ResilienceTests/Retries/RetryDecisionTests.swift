import Testing

@testable import Resilience

@Suite("Retry decision")
struct RetryDecisionTests {
    private func decide(
        _ failed: FailedAttempt, by spec: String = #"{"jitter":"none"}"#
    ) throws -> RetryDecision {
        try RetryPolicy.parsed(spec).decide(failed, random: 0.5)
    }

    @Test("tells the delay, the next attempt, and what remains after it")
    func retried() throws {
        let first = try decide(FailedAttempt(1, status: 503))
        #expect(first.reason == .retryable)
        #expect(first.retries)
        #expect(first.delay == .milliseconds(100))
        #expect(first.nextAttempt == 2)
        #expect(first.attemptsLeft == 1)
        #expect(try decide(FailedAttempt(2, status: 503)).attemptsLeft == 0)
        let last = try decide(FailedAttempt(3, status: 503))
        #expect(last == .no(.exhausted))
        #expect(last.nextAttempt == nil)
        #expect(last.attemptsLeft == 0)
        #expect(try decide(FailedAttempt(2_147_483_647, status: 503)).reason == .exhausted)
    }

    @Test(
        "retried when status or error is to be, and neither is never to be",
        arguments: [
            (503, nil, true), (nil, "timeout", true), (503, "timeout", true), (nil, nil, false),
            (418, nil, false), (418, "timeout", true), (503, "odd", true), (404, nil, false),
            (404, "timeout", false), (503, "never", false), (nil, "Timeout", true),
            (409, nil, false), (nil, "never", false),
        ] as [(Int64?, String?, Bool)])
    func lists(status: Int64?, error: String?, isRetried: Bool) throws {
        let spec = """
            {"retry_on":{"statuses":[503,404,409],"errors":["timeout","never"]},\
            "never_on":{"statuses":[404,409],"errors":["never"]}}
            """
        let decision = try decide(FailedAttempt(1, status: status, error: error), by: spec)
        #expect(decision.retries == isRetried)
        #expect(decision.reason == (isRetried ? .retryable : .notRetryable))
    }

    @Test("of several reasons against it the first is told, in order")
    func order() throws {
        let spec = #"{"jitter":"none","max_elapsed_ms":1000,"max_delay_ms":500}"#
        var failed = FailedAttempt(3, status: 400)
        failed.elapsed = .seconds(9)
        failed.retryAfter = .seconds(9)
        #expect(try decide(failed, by: spec).reason == .notRetryable)
        failed.status = 503
        #expect(try decide(failed, by: spec).reason == .exhausted)
        failed.attempt = 2
        #expect(try decide(failed, by: spec).reason == .deadline)
        let patient = #"{"jitter":"none","max_elapsed_ms":100000,"max_delay_ms":500}"#
        #expect(try decide(failed, by: patient).reason == .retryAfterTooLong)
        failed.retryAfter = .milliseconds(500)
        #expect(try decide(failed, by: patient).delay == .milliseconds(500))
    }

    @Test(
        "the last retry may begin when the time is up, not later",
        arguments: [
            (0, true), (900, true), (901, false), (1000, false), (Int64.max / 2_000_000, false),
        ]
            as [(Int64, Bool)])
    func deadline(elapsedMs: Int64, isRetried: Bool) throws {
        var failed = FailedAttempt(1, status: 503)
        failed.elapsed = .milliseconds(elapsedMs)
        let decision = try decide(failed, by: #"{"jitter":"none","max_elapsed_ms":1000}"#)
        #expect(decision.retries == isRetried)
    }

    @Test(
        "the longer of delay and Retry-After counts, where that is honoured",
        arguments: [(true, 0, 100), (true, 99, 100), (true, 2000, 2000), (false, 2000, 100)]
            as [(Bool, Int64, Int64)])
    func retryAfter(honors: Bool, asked: Int64, delay: Int64) throws {
        var failed = FailedAttempt(1, status: 429)
        failed.retryAfter = .milliseconds(asked)
        let decision = try decide(failed, by: #"{"jitter":"none","honor_retry_after":\#(honors)}"#)
        #expect(decision.delay == .milliseconds(delay))
    }

    @Test("an endless Retry-After is too long without a trap")
    func endless() throws {
        var failed = FailedAttempt(1, status: 503)
        failed.retryAfter = RetryAfter.text("99999999999999999999").wait(at: .epoch)
        failed.elapsed = Timespan(nanoseconds: .max)
        #expect(try decide(FailedAttempt(1, status: 503)).retries)
        #expect(try decide(failed).reason == .retryAfterTooLong)
        #expect(try decide(failed, by: #"{"max_elapsed_ms":5}"#).reason == .deadline)
    }
}
