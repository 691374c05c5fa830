/// What one group of keys may do: limits, no limit at all, or nothing.
public struct TierSpec: SpecObject {
    /// The limits, all of which must pass.
    public var limits: [LimitSpec]?
    /// Whether everything is allowed.
    public var unlimited: Bool?
    /// Whether nothing is allowed.
    public var blocked: Bool?

    public init() {}

    public static let fields: [Field<TierSpec>] = [
        Field(
            "limits", \.limits, .list(of: .object, maximumCount: Bounds.limitsPerTier),
            "The limits; all must pass."),
        Field("unlimited", \.unlimited, .flag, "Whether everything is allowed."),
        Field("blocked", \.blocked, .flag, "Whether nothing is allowed."),
    ]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        Self.checkFlags(unlimited, blocked, at: pointer, &reader)
        if [limits != nil, unlimited != nil, blocked != nil].count(where: \.self) != 1 {
            reader.fault(pointer, "must have exactly one of limits, unlimited and blocked")
        }
    }

    /// Notes a flag that is there and says that it does not hold.
    static func checkFlags(
        _ unlimited: Bool?, _ blocked: Bool?, at pointer: JSONPointer, _ reader: inout SpecReader
    ) {
        if unlimited == false { reader.fault(pointer.appending("unlimited"), "can only be true") }
        if blocked == false { reader.fault(pointer.appending("blocked"), "can only be true") }
    }

    /// The tier with the defaults that depend on the algorithm.
    func completed(for algorithm: LimiterAlgorithm) -> TierSpec {
        var tier = self
        tier.limits = limits?.map { $0.completed(for: algorithm) }
        return tier
    }
}
