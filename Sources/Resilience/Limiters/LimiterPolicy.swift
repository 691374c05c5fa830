/// The spec of a limiter: how often something may happen, for each key by itself.
///
/// It has either `limits`, one tier that is called `default`, or `tiers` and a `default_tier`.
public struct LimiterPolicy: PolicySpec {
    /// The name of the tier that `limits` stand for.
    public static let onlyTier = "default"

    /// The name of the tier that is the default one where it is not said which is.
    static let usualTier = "free"

    /// How calls are counted.
    public var algorithm = LimiterAlgorithm.tokenBucket
    /// When tokens come back; for token buckets.
    public var refill = RefillStyle.greedy
    /// Where windows begin; for fixed windows.
    public var align = WindowAlignment.firstHit
    /// The limits of the only tier.
    public var limits: [LimitSpec]?
    /// The tiers by name.
    public var tiers: [String: TierSpec]?
    /// The tier of a call that names none, for a key without an assignment.
    public var defaultTier: String?
    /// How the rate is moved; nil where it stays.
    public var adaptive: RateAdaptation?
    /// When what was granted is on disk.
    public var durability = Durability.relaxed

    public init() {}

    public static let fields: [Field<LimiterPolicy>] = [
        Field("algorithm", \.algorithm, .choice, "How calls are counted."),
        Field(
            "refill", \.refill, .choice,
            "When the tokens of a bucket come back: continuously, or a quota at each period."),
        Field(
            "align", \.align, .choice,
            "Where a fixed window begins: with the first call, or at multiples of the period."),
        Field(
            "limits", \.limits, .list(of: .object, maximumCount: Bounds.limitsPerTier),
            variable: "RATE_LIMIT_REQUESTS_PER_SECOND",
            "The limits of the only tier; all must pass."),
        Field(
            "tiers", \.tiers, .map(of: .object, maximumCount: Bounds.tiersPerLimiter),
            "The tiers by name, instead of `limits`."),
        Field(
            "default_tier", \.defaultTier, .name, defaultNote: "`free`, where there are tiers",
            "The tier of a call that names none, for a key that has no assignment."),
        Field(
            "adaptive", \.adaptive, .object,
            "Moves the rate of the only limit by how long calls take."),
        Field(
            "durability", \.durability, .choice,
            "When what was granted is on disk: soon, or before the answer, so that a crash never "
                + "lets it be granted twice."),
    ]

    /// A rate does not stand beside tiers, nor a burst in windows; said by the environment for
    /// limiters in general, it is not meant there.
    public static func ignoredVariables(in members: JSONObject) -> [String] {
        var ignored: [String] = []
        if let tiers = members["tiers"], tiers != .null {
            ignored.append("RATE_LIMIT_REQUESTS_PER_SECOND")
        }
        let algorithm = members["algorithm"]?.string.flatMap(LimiterAlgorithm.init)
        if let algorithm, !algorithm.hasBurst { ignored.append("RATE_LIMIT_BURST_SIZE") }
        return ignored
    }

    /// Of the default variables, those that mean something to limits that are settled for one of
    /// this policy's keys.
    public func relevant(_ variables: [String: JSONValue]) -> [String: JSONValue] {
        let ignored = Self.ignoredVariables(in: document)
        return variables.filter { name, _ in !ignored.contains(name) }
    }

    public static let decisiveMembers: Set<String>? = ["algorithm", "limits", "tiers"]

    public mutating func fillDependentDefaults() {
        if tiers?[Self.usualTier] != nil, defaultTier == nil { defaultTier = Self.usualTier }
        limits = limits?.map { $0.completed(for: algorithm) }
        tiers = tiers?.mapValues { $0.completed(for: algorithm) }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if limits != nil, tiers != nil {
            reader.fault(pointer.appending("tiers"), "cannot stand beside limits")
        }
        if limits == nil, tiers == nil {
            reader.fault(pointer.appending("limits"), "is required, or tiers")
        }
        checkDefaultTier(at: pointer.appending("default_tier"), &reader)
        if tiers?[Tier.assigned] != nil {
            reader.fault(
                pointer.appending("tiers").appending(Tier.assigned),
                "is what limits of a key's own are called")
        }
        checkAlgorithm(at: pointer, &reader)
        checkAdaptation(at: pointer, &reader)
        check(limits, at: pointer.appending("limits"), &reader)
        for (name, tier) in (tiers ?? [:]).sorted(by: { $0.key < $1.key }) {
            let place = pointer.appending("tiers").appending(name).appending("limits")
            check(tier.limits, at: place, &reader)
        }
    }

    private func checkDefaultTier(at place: JSONPointer, _ reader: inout SpecReader) {
        guard let tiers else {
            if defaultTier != nil { reader.fault(place, "needs tiers") }
            return
        }
        guard let defaultTier else {
            return reader.fault(
                place, "is required: there are tiers, and none is called \(Self.usualTier)")
        }
        guard tiers[defaultTier] == nil else { return }
        let names = tiers.keys.sorted().joined(separator: ", ")
        reader.fault(place, "must be one of the tiers (\(names)), not \(defaultTier)")
    }

    /// What means nothing to the algorithm would be ignored. Its default says nothing, and may be
    /// there, as it is in the effective spec.
    private func checkAlgorithm(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if refill != Self().refill, algorithm != .tokenBucket {
            reader.fault(pointer.appending("refill"), "needs algorithm token_bucket")
        }
        if align != Self().align, algorithm != .fixedWindow {
            reader.fault(pointer.appending("align"), "needs algorithm fixed_window")
        }
    }

    /// One rate can move one bucket only, and only one that fills continuously.
    private func checkAdaptation(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard adaptive != nil else { return }
        let place = pointer.appending("adaptive")
        if algorithm != .tokenBucket { reader.fault(place, "needs algorithm token_bucket") }
        if refill != .greedy { reader.fault(place, "needs refill greedy") }
        if tiers != nil { reader.fault(place, "needs limits, and cannot stand beside tiers") }
        if let limits, limits.count != 1 { reader.fault(place, "needs limits to be exactly one") }
    }

    private func check(
        _ limits: [LimitSpec]?, at pointer: JSONPointer, _ reader: inout SpecReader
    ) {
        for (index, limit) in (limits ?? []).enumerated() {
            limit.check(for: algorithm, at: pointer.appending(index), &reader)
        }
    }
}

extension Kind {
    /// How often something may happen.
    public static let limiter = Kind(singular: "limiter", plural: "limiters")
}

extension LimiterPolicy {
    public static let kind = Kind.limiter

    public static let events = LimiterEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "limiters", order: 10, maximumCount: Bounds.limitersPerGuard, hasKey: true,
        "The limiters, in the order in which they are asked; all must allow a call.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("a tier", TierSpec.self),
            SpecTable("a limit", LimitSpec.self),
            SpecTable("`adaptive`", RateAdaptation.self),
            SpecTable("an assignment", AssignmentSpec.self),
        ]
    }
}

/// What can happen to a limiter.
public enum LimiterEvent: String, EventName {
    case limited, recovered, assigned, unassigned, reset, refunded

    public static let family = Kind.limiter.singular
}

extension LimiterPolicy {
    public static let presets = [
        perMinute("search", 30, "Search requests of one caller: 30 a minute"),
        perMinute("embed", 60, "Embedding requests of one caller: 60 a minute"),
        perMinute("transform", 10, "Costly transformations of one caller: 10 a minute"),
        perMinute("health_check", 10, "Health checks of one target: 10 a minute"),
    ]

    private static func perMinute(_ name: String, _ quota: Int64, _ summary: String) -> Preset {
        Preset(
            name, summary + ", as the libraries that this server replaces limit them.",
            ["limits": [["quota": .integer(quota), "period_ms": 60_000]]])
    }
}

extension Bounds {
    /// Limits that must all pass; each costs every decision a little.
    public static let limitsPerTier = 8
    /// Tiers of a limiter; enough for one a customer of a small house.
    public static let tiersPerLimiter = 1000
}
