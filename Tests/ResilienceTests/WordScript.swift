import Testing

@testable import Resilience

/// A pattern that is driven by short words, and answers in short words.
protocol WordScript {
    /// The spec of its policy.
    associatedtype Policy: PolicySpec

    /// A script that begins at `origin`, and with `restarts` writes its state down and reads it
    /// again before each step.
    init(_ policy: Policy, from origin: Instant, restarts: Bool)

    /// Takes one step, and tells the answer.
    mutating func take(_ step: String, at ms: Int64, _ location: SourceLocation) throws -> String
}

extension WordScript {
    /// Runs every script as it is, and with the state written down and read again between every
    /// two steps.
    static func run(
        _ spec: String, from origin: Instant = .epoch, _ steps: [(Int64, String, String)],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        for restarts in [false, true] {
            var script = Self(try .parsed(spec), from: origin, restarts: restarts)
            for (index, step) in steps.enumerated() {
                let answer = try script.take(step.1, at: step.0, location)
                let place: Comment =
                    "step \(index) at \(step.0) ms: \(step.1)\(restarts ? ", restarted" : "")"
                #expect(answer == step.2, place, sourceLocation: location)
            }
        }
    }
}
