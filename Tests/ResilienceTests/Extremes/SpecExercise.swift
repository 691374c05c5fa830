import TestSupport
import Testing

@testable import Resilience

/// Specs with single members at the ends of their ranges, and decisions by them.
enum SpecExercise {
    static let kinds = PolicyKinds.standard

    /// Reads the spec in which that member is what `text` says; where it is one, decides by it.
    static func run(_ type: any PolicySpec.Type, _ leaf: ShapeLeaf, _ text: String) throws {
        guard let value = try? JSONParser.parse(text).value else { return }
        let seed = SpecSeed.spec(of: type.kind, for: leaf.path)
        let document = seed.setting(value, at: leaf.path[...])
        var reader = SpecReader()
        guard let resolution = type.resolve(document, &reader) else {
            #expect(!reader.faults.isEmpty)
            return
        }
        _ = JSONValue.object(resolution.effective).text
        decide(by: resolution.spec)
    }

    /// Sets that member by an environment variable.
    static func override(_ type: any PolicySpec.Type, _ leaf: ShapeLeaf, _ text: String) {
        let path = leaf.path.map(EnvironmentOverride.encode).joined(separator: "__")
        let override = EnvironmentOverride(variable: "X__\(path)", path: path, text: text)
        let seed = SpecSeed.spec(of: type.kind, for: leaf.path)
            .setting(.null, at: leaf.path[...])
        var reader = SpecReader()
        let resolution = type.resolve(seed, overrides: [override], &reader)
        if let resolution { _ = JSONValue.object(resolution.effective).text }
    }

    private static func decide(by spec: any PolicySpec) {
        switch spec {
        case let policy as LimiterPolicy: StateExercise.limiter(policy, pairs)
        case let policy as BreakerPolicy: StateExercise.breaker(policy, pairs)
        case let policy as BulkheadPolicy: StateExercise.bulkhead(policy, pairs)
        case let policy as RetryPolicy: StateExercise.retry(policy)
        case let policy as TimeoutPolicy: StateExercise.timeout(policy)
        case let policy as FallbackPolicy: _ = policy.strategy { _ in true }
        default: break
        }
    }

    /// An instant and a later or earlier one, few enough to be tried with every spec.
    private static let pairs: [(Instant, Instant)] = [
        (.epoch, .epoch + .days(1)), (.distantPast, .distantFuture), (.distantFuture, .distantPast),
    ]
}
