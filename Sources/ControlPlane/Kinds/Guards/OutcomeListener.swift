import Resilience

/// A kind whose policies learn from the outcomes of the calls of guards that name them.
protocol OutcomeListener: KindRuntime {
    /// Takes note of the outcome of a call, as far as it says anything to the policy. What there is
    /// no room for is left out.
    func learn(_ name: String, from report: OutcomeReport, attempt: Int64) async
}
