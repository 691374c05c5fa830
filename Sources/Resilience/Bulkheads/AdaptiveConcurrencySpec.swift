/// How the limit of a bulkhead moves.
public struct AdaptiveConcurrencySpec: SpecObject {
    /// What moves it.
    public var algorithm = ConcurrencyAlgorithm.aimd
    /// It never falls below.
    public var minimum: Int64 = 1
    /// It never rises above.
    public var maximum: Int64?
    /// A call that succeeds but takes longer counts as lost; nil when none does.
    public var targetLatency: Timespan?

    public init() {}

    public static let fields: [Field<AdaptiveConcurrencySpec>] = [
        Field("algorithm", \.algorithm, .choice, isRequired: true, "What moves the limit."),
        Field("min", \.minimum, .slots, "The limit never falls below."),
        Field(
            "max", \.maximum, .slots,
            defaultNote: "200, for `vegas` 1000, or a larger `max_concurrent`",
            "The limit never rises above."),
        Field(
            "target_latency_ms", \.targetLatency, .milliseconds(Bounds.periodsMilliseconds),
            defaultNote: "5000, for `aimd`", showsNull: true,
            "A call that succeeds but takes longer makes the limit fall, as a timeout does."),
    ]

    public static let decisiveMembers: Set<String>? = ["algorithm", "min", "max"]

    public mutating func fillDependentDefaults() {
        if algorithm == .aimd { targetLatency = targetLatency ?? .seconds(5) }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if let maximum, minimum > maximum {
            reader.fault(pointer.appending("min"), "must be at most max (\(maximum))")
        }
    }

    /// The spec with the default that depends on where the limit starts.
    func completed(startingAt start: Int64) -> AdaptiveConcurrencySpec {
        var spec = self
        spec.maximum = maximum ?? max(start, algorithm == .vegas ? 1000 : 200)
        return spec
    }

    /// The limit nearest to `limit` that the spec has.
    func clamp(_ limit: Double) -> Double {
        max(Double(minimum), min(limit, maximum.map { Double($0) } ?? limit))
    }
}
