import Testing

@testable import Resilience

/// Presets that were released. Who names one in a spec relies on its figures, so that none of
/// them may ever change; another figure is another preset.
@Suite("Presets")
struct PresetTests {
    private static let types = PolicyKinds.standard

    private static let released: [(kind: String, name: String, spec: String)] = [
        ("limiter", "search", #"{"limits":[{"quota":30,"period_ms":60000}]}"#),
        ("limiter", "embed", #"{"limits":[{"quota":60,"period_ms":60000}]}"#),
        ("limiter", "transform", #"{"limits":[{"quota":10,"period_ms":60000}]}"#),
        ("limiter", "health_check", #"{"limits":[{"quota":10,"period_ms":60000}]}"#),
        (
            "breaker", "production",
            #"""
            {"window":{"type":"consecutive"},"failure_threshold":5,"open_duration_ms":60000}
            """#
        ),
        (
            "breaker", "development",
            #"""
            {"window":{"type":"consecutive"},"failure_threshold":3,"open_duration_ms":30000}
            """#
        ),
        (
            "retry", "aggressive",
            #"{"max_attempts":5,"initial_delay_ms":200,"max_delay_ms":10000}"#
        ),
        (
            "retry", "conservative",
            #"{"max_attempts":3,"initial_delay_ms":1000,"max_delay_ms":5000}"#
        ),
        ("retry", "quick", #"{"max_attempts":2,"initial_delay_ms":100,"max_delay_ms":1000}"#),
        (
            "retry", "network",
            #"""
            {"max_attempts":4,"initial_delay_ms":100,"max_delay_ms":10000,"multiplier":2.0,"jitter":"full"}
            """#
        ),
        (
            "retry", "database",
            #"""
            {"max_attempts":6,"initial_delay_ms":50,"max_delay_ms":5000,"multiplier":1.5,"jitter":"full"}
            """#
        ),
        ("timeout", "production", #"{"timeout_ms":30000}"#),
        ("timeout", "development", #"{"timeout_ms":10000}"#),
    ]

    @Test("are those that were released, with the figures that they were released with")
    func figures() {
        let told = Self.types.flatMap { type in
            type.presets.map {
                "\(type.kind.singular) \($0.name) \(JSONValue.object($0.spec).text)"
            }
        }
        #expect(told == Self.released.map { "\($0.kind) \($0.name) \($0.spec)" })
    }

    @Test("are whole specs, and say where their figures come from", arguments: types)
    func specs(type: any PolicySpec.Type) {
        for preset in type.presets {
            var reader = SpecReader()
            #expect(
                type.resolve(["preset": .string(preset.name)], &reader) != nil,
                "\(preset.name): \(reader.faults)")
            #expect(
                preset.summary.contains("the libraries that this server replaces"),
                "\(preset.name)")
            #expect(preset.summary.hasSuffix("."), "\(preset.name)")
        }
    }
}
