import ControlPlane
import Resilience

/// A call to a breaker.
struct BreakerAcquireBody: SpecObject {
    var key: ExactString = ""
    var reporter: String?

    static let fields: [Field<BreakerAcquireBody>] = [
        Field("key", \.key, .key, "Whom the call is about."),
        Field("reporter", \.reporter, .text(maximumBytes: 256), "Who asks."),
    ]
}

/// What went wrong with a call.
struct ErrorBody: SpecObject {
    var type: String?
    var message: String?
    var status: Int64?

    static let fields: [Field<ErrorBody>] = [
        Field("type", \.type, .text(maximumBytes: 256), "What sort of error it was."),
        Field("message", \.message, .text(maximumBytes: 1024), "What it said."),
        Field("status", \.status, .integer(100...599), "The HTTP status, where there was one."),
    ]
}

/// How calls went that were made without asking.
struct OutcomeBody: SpecObject {
    var key: ExactString = ""
    var outcome = Outcome.success
    var duration: Timespan?
    var error: ErrorBody?
    var reporter: String?
    var count: Int64 = 1

    static let fields: [Field<OutcomeBody>] = [
        Field("key", \.key, .key, "Whom the calls were about."),
        Field("outcome", \.outcome, .choice, isRequired: true, "How they went."),
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            "How long each took."),
        Field("error", \.error, .object, "What went wrong."),
        Field("reporter", \.reporter, .text(maximumBytes: 256), "Who tells."),
        Field("count", \.count, .integer(1...1_000_000), "How many calls went so."),
    ]

    /// The report that it is.
    var report: OutcomeReport {
        OutcomeReport(outcome, duration: duration, reporter: reporter, count: count)
    }
}

/// Many of them at once.
struct OutcomesBody: SpecObject {
    var outcomes: [OutcomeBody] = []

    static let fields: [Field<OutcomesBody>] = [
        Field(
            "outcomes", \.outcomes, .list(of: .object, maximumCount: 1000), isRequired: true,
            "How the calls went.")
    ]
}

/// How a call went that had a permit.
struct PermitOutcomeBody: SpecObject {
    var outcome = Outcome.success
    var duration: Timespan?
    var error: ErrorBody?
    var reporter: String?
    var elapsed = Timespan.zero
    var retryAfter: String?
    var previousDelay: Timespan?

    static let fields: [Field<PermitOutcomeBody>] = [
        Field("outcome", \.outcome, .choice, isRequired: true, "How it went."),
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            "How long it took."),
        Field("error", \.error, .object, "What went wrong."),
        Field("reporter", \.reporter, .text(maximumBytes: 256), "Who tells."),
        Field(
            "elapsed_ms", \.elapsed, .milliseconds(Bounds.durationsMilliseconds),
            "How long ago the first attempt began."),
        Field(
            "retry_after", \.retryAfter, .text(maximumBytes: 256),
            "What the answer's Retry-After said."),
        Field(
            "previous_delay_ms", \.previousDelay, .milliseconds(Bounds.durationsMilliseconds),
            "The delay before this attempt."),
    ]
}

/// How long a lease is to last.
struct RenewBody: SpecObject {
    var lease: Timespan?

    static let fields: [Field<RenewBody>] = [
        Field(
            "lease_ms", \.lease, .milliseconds(1...86_400_000),
            "How long from now; at most what the policy gives.")
    ]
}

/// Where a breaker is to be put.
struct BreakerStateBody: SpecObject {
    var state = ManualState.forcedOpen
    var until: Instant?
    var reason: String?

    /// What a breaker may be put into, on the wire.
    enum ManualState: String, CaseIterable {
        case forcedOpen = "forced_open"
        case forcedClosed = "forced_closed"
        case open, closed
    }

    static let fields: [Field<BreakerStateBody>] = [
        Field("state", \.state, .choice, isRequired: true, "Where it is put."),
        Field("until_at", \.until, .timestamp, "Until when it is forced."),
        Field("reason", \.reason, .text(maximumBytes: 1024), "Why, for the history."),
    ]

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if until != nil, state == .open || state == .closed {
            reader.fault(pointer.appending("until_at"), "needs a forced state")
        }
    }

    /// The position that it names.
    var position: ManualPosition {
        switch state {
        case .forcedOpen: .forcedOpen(until: until)
        case .forcedClosed: .forcedClosed(until: until)
        case .open: .open
        case .closed: .closed
        }
    }
}

/// A failed attempt.
struct RetryBody: SpecObject {
    var attempt: Int64 = 1
    var status: Int64?
    var error: String?
    var elapsed = Timespan.zero
    var retryAfter: String?
    var previousDelay: Timespan?

    static let fields: [Field<RetryBody>] = [
        Field(
            "attempt", \.attempt, .integer(1...2_147_483_647), isRequired: true,
            "Which attempt failed; the first call is 1."),
        Field("status", \.status, .integer(100...599), "The HTTP status, where there was one."),
        Field("error", \.error, .text(maximumBytes: 256), "The name of the error."),
        Field(
            "elapsed_ms", \.elapsed, .milliseconds(Bounds.durationsMilliseconds),
            "How long ago the first attempt began."),
        Field(
            "retry_after", \.retryAfter, .text(maximumBytes: 256),
            "What the answer's Retry-After said."),
        Field(
            "previous_delay_ms", \.previousDelay, .milliseconds(Bounds.durationsMilliseconds),
            "The delay before this attempt."),
    ]

    /// The failed attempt that it is.
    var failed: FailedAttempt {
        var failed = FailedAttempt(attempt, status: status, error: error)
        failed.elapsed = elapsed
        failed.previousDelay = previousDelay
        return failed
    }
}

/// How a call ended after all its attempts.
struct RetryOutcomeBody: SpecObject {
    var outcome = Result.success
    var attempts: Int64 = 1
    var duration: Timespan?

    /// The two ends there are.
    enum Result: String, CaseIterable {
        case success, failure
    }

    static let fields: [Field<RetryOutcomeBody>] = [
        Field("outcome", \.outcome, .choice, isRequired: true, "How it ended."),
        Field("attempts", \.attempts, .integer(1...2_147_483_647), "How many attempts it took."),
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
            "How long it took."),
    ]
}
