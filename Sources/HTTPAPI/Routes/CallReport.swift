import ControlPlane
import Resilience

/// How a call went: the members that every endpoint takes which is told of one.
struct CallMembers: Equatable, Sendable {
    var outcome = Outcome.success
    var duration: Timespan?
    var status: Int64?
    var error: ErrorBody?
    var reporter: String?
    var elapsed = Timespan.zero
    var retryAfter: RetryAfter?
}

/// A body that tells how a call went. What its endpoint does not use is ignored, so that a client
/// needs one way only to tell it.
protocol CallReport: SpecObject {
    var call: CallMembers { get set }
}

extension CallReport {
    /// The members that every report has.
    static func callFields(
        requiresOutcome: Bool = true, requiresDuration: Bool = false
    ) -> [Field<Self>] {
        [
            Field(
                "outcome", \.call.outcome, .choice, isRequired: requiresOutcome, "How it went."),
            Field(
                "duration_ms", \.call.duration, .milliseconds(Bounds.durationsMilliseconds),
                isRequired: requiresDuration, "How long it took."),
            Field(
                "status", \.call.status, .integer(Bounds.statuses),
                "The HTTP status, where there was one."),
            Field(
                "error", \.call.error, .object(orOnly: "type"),
                "What went wrong; a string is its type."),
            Field("reporter", \.call.reporter, .label, "Who reports it."),
            Field(
                "elapsed_ms", \.call.elapsed, .milliseconds(Bounds.durationsMilliseconds),
                "How long ago the first attempt began."),
            Field(
                "retry_after", \.call.retryAfter, .retryAfter,
                "What the answer's Retry-After said: seconds, or text."),
        ]
    }

    static var decisiveMembers: Set<String>? { ["status", "error"] }

    func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard let status = call.status, let other = call.error?.status, other != status else {
            return
        }
        reader.fault(pointer.appending("status"), "must be error.status (\(other)), or left out")
    }

    /// The report that it is, of so many calls.
    func report(count: Int64 = 1) -> OutcomeReport {
        var report = OutcomeReport(
            call.outcome, duration: call.duration, reporter: call.reporter, count: count)
        report.status = call.status ?? call.error?.status
        report.error = call.error?.type
        report.elapsed = call.elapsed
        report.retryAfter = call.retryAfter
        return report
    }
}

/// What went wrong with a call.
struct ErrorBody: SpecObject {
    var type: String?
    var message: String?
    var status: Int64?

    static let fields: [Field<ErrorBody>] = [
        Field("type", \.type, .label, "What sort of error it was."),
        Field("message", \.message, .text(maximumBytes: 1024), "What it said."),
        Field(
            "status", \.status, .integer(Bounds.statuses),
            "The HTTP status, where there was one."),
    ]

    static let decisiveMembers: Set<String>? = ["status"]
}

/// How a call went that had a permit.
struct PermitOutcomeBody: CallReport {
    var call = CallMembers()
    var previousDelay: Timespan?

    static let fields: [Field<PermitOutcomeBody>] =
        callFields() + [.previousDelay(\.previousDelay)]

    /// The report that it is: of the call, and of the attempt for whoever may try again.
    var settlement: OutcomeReport {
        var report = report()
        report.previousDelay = previousDelay
        return report
    }
}

extension Field {
    /// The delay before the attempt that is told of.
    static func previousDelay(
        _ property: any WritableKeyPath<Owner, Timespan?> & Sendable
    ) -> Field {
        Field(
            "previous_delay_ms", property, .milliseconds(Bounds.durationsMilliseconds),
            "The delay before this attempt.")
    }
}

extension SpecType where Value == [JSONValue] {
    /// Policies, which are looked at later, each by its kind.
    static let policies = list(
        of: .any, minimumCount: 0, maximumCount: PlaneLimits.policies)
}

extension SpecType where Value == String {
    /// Why something is done, for the history.
    static let reason = text(maximumBytes: 1024)

    /// The name of somebody or something that a client tells of.
    static let label = text(maximumBytes: 256)
}
