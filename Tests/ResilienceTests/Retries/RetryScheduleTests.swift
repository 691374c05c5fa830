import Testing

@testable import Resilience

@Suite("Retry schedule")
struct RetryScheduleTests {
    @Test("tells the delays without jitter, and their bounds with it")
    func bounds() throws {
        let schedule = try RetryPolicy.parsed(
            #"{"max_attempts":4,"jitter":"factor","jitter_factor":0.5,"max_delay_ms":500}"#
        ).schedule
        #expect(schedule.map(\.attempt) == [1, 2, 3])
        #expect(schedule.map(\.delay.milliseconds) == [100, 200, 400])
        #expect(schedule.map(\.shortest.milliseconds) == [50, 100, 200])
        #expect(schedule.map(\.longest.milliseconds) == [150, 300, 500])
    }

    @Test("of decorrelated delays each is up to three times the longest before")
    func decorrelated() throws {
        let schedule = try RetryPolicy.parsed(
            #"{"backoff":"decorrelated","max_attempts":6,"max_delay_ms":5000}"#
        ).schedule
        #expect(schedule.map(\.delay.milliseconds) == [100, 100, 100, 100, 100])
        #expect(schedule.map(\.longest.milliseconds) == [300, 900, 2700, 5000, 5000])
    }

    @Test("is bounded, and empty for a single attempt")
    func length() throws {
        #expect(try RetryPolicy.parsed(#"{"max_attempts":1}"#).schedule.isEmpty)
        let long = try RetryPolicy.parsed(#"{"max_attempts":1000000000}"#).schedule
        #expect(long.count == Bounds.scheduledDelays)
    }
}
