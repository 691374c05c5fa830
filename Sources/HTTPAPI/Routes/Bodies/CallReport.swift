import ControlPlane
import Resilience

/// What every report of a call says, whether it was asked for with a permit or not.
protocol CallReport: SpecObject {
    var outcome: Outcome { get set }
    var duration: Timespan? { get set }
    var error: ErrorBody? { get set }
    var reporter: String? { get set }
}

extension CallReport {
    /// The members that every report has.
    static var callFields: [Field<Self>] {
        [
            Field("outcome", \.outcome, .choice, isRequired: true, "How it went."),
            Field(
                "duration_ms", \.duration, .milliseconds(Bounds.durationsMilliseconds),
                "How long it took."),
            Field("error", \.error, .object, "What went wrong."),
            Field("reporter", \.reporter, .label, "Who tells."),
        ]
    }

    /// The report that it is, of so many calls.
    func report(count: Int64 = 1) -> OutcomeReport {
        var report = OutcomeReport(
            outcome, duration: duration, reporter: reporter, count: count)
        report.status = error?.status
        report.error = error?.type
        return report
    }
}
