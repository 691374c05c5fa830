/// When the server of a scenario is stopped gracefully and started again on the same file.
enum Restarts: CaseIterable {
    /// Where the scenario says so.
    case asWritten
    /// Between every two steps: no answer may differ.
    case betweenSteps
}
