/// What is settled for one key of a limiter, over what its calls ask for.
public struct AssignmentSpec: SpecObject {
    /// The tier of the policy that the key is in.
    public var tier: String?
    /// Limits of its own.
    public var limits: [LimitSpec]?
    /// Whether everything is allowed.
    public var unlimited: Bool?
    /// Whether nothing is allowed.
    public var blocked: Bool?
    /// Until when it holds; nil for good.
    public var expiresAt: Instant?
    /// Why, for people.
    public var note = ""

    public init() {}

    public static let fields: [Field<AssignmentSpec>] = [
        Field("tier", \.tier, .name, "The tier of the policy that the key is in."),
        Field(
            "limits", \.limits, .list(of: .object, maximumCount: Bounds.limitsPerTier),
            "Limits of its own; all must pass."),
        Field("unlimited", \.unlimited, .flag, "Whether everything is allowed."),
        Field("blocked", \.blocked, .flag, "Whether nothing is allowed."),
        Field("expires_at", \.expiresAt, .timestamp, showsNull: true, "Until when it holds."),
        Field("note", \.note, .text(maximumBytes: 1024), "Why, for people."),
    ]

    public static let decisiveMembers: Set<String>? = ["tier", "limits", "unlimited", "blocked"]

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        TierSpec.checkFlags(unlimited, blocked, at: pointer, &reader)
        let given = [tier != nil, limits != nil, unlimited != nil, blocked != nil]
        if given.count(where: \.self) != 1 {
            reader.fault(pointer, "must have exactly one of tier, limits, unlimited and blocked")
        }
    }

    /// The spec completed for a policy, with what does not go with that policy noted.
    public func completed(
        for policy: LimiterPolicy, at pointer: JSONPointer = .root, _ reader: inout SpecReader
    ) -> AssignmentSpec {
        if let tier, policy.allowances[tier] == nil {
            reader.fault(pointer.appending("tier"), "the policy has no tier \"\(tier)\"")
        }
        for (index, limit) in (limits ?? []).enumerated() {
            let place = pointer.appending("limits").appending(index)
            limit.check(for: policy.algorithm, at: place, &reader)
        }
        var spec = self
        spec.limits = limits?.map { $0.completed(for: policy.algorithm) }
        return spec
    }

    /// What it allows; nil when it names a tier, which allows what that does, and when its limits
    /// do not go with an algorithm that the policy has come to have: then it counts as none.
    public func allowance(in policy: LimiterPolicy) -> Allowance? {
        if unlimited == true { return .unlimited }
        if blocked == true { return .blocked }
        let isPossible = limits?.allSatisfy {
            $0.calendar == nil || policy.algorithm == .fixedWindow
        }
        guard isPossible == true else { return nil }
        return limits.map { .limited($0.map { Limit($0, of: policy) }) }
    }
}
