/// How the delay grows from one attempt to the next.
public enum BackoffShape: String, CaseIterable, Sendable {
    /// Always the initial delay.
    case fixed
    /// The increment more each time.
    case linear
    /// Multiplied each time.
    case exponential
    /// The initial delay times the Fibonacci numbers 1, 1, 2, 3, 5…
    case fibonacci
    /// Anything between the initial delay and three times the previous delay.
    case decorrelated
}
