import Resilience

/// The types of events: what may stand in the history, and be asked for.
public enum EventType {
    /// The types of each family, which is what stands before the dot.
    public static let families: [(name: String, types: [String])] = [
        ("policy", ["created", "updated", "deleted", "rolled_back"]),
        (
            "breaker",
            [
                "opened", "half_opened", "closed", "forced_open", "forced_closed", "released",
                "reset", "probe_expired",
            ]
        ),
        (
            "limiter",
            ["limited", "recovered", "assigned", "unassigned", "reset", "refunded"]
        ),
        ("retry", ["exhausted", "budget_exhausted", "budget_recovered", "reset"]),
        ("bulkhead", ["saturated", "recovered", "lease_expired", "reset"]),
        ("timeout", ["reset"]),
        ("budget", ["burning", "exhausted", "recovered"]),
        ("cache", ["cleared"]),
        ("guard", ["degraded", "recovered"]),
        ("check", ["healthy", "degraded", "unhealthy"]),
        ("recovery", ["started", "succeeded", "failed", "escalated", "interrupted"]),
        (
            "alert",
            ["fired", "resolved", "acknowledged", "silenced", "delivered", "delivery_failed"]
        ),
        (
            "server",
            ["started", "stopped", "recovered", "degraded", "restored", "too_many_keys"]
        ),
        ("auth", ["denied"]),
    ]

    /// All types, in whole.
    public static let all = families.flatMap { family in
        family.types.map { "\(family.name).\($0)" }
    }

    /// What is wrong with `text` as a type, or as all types of a family (`limiter.*`); nil when
    /// it is one.
    public static func fault(of text: String) -> String? {
        let known = all + families.map { "\($0.name).*" }
        guard !known.contains(text) else { return nil }
        if let nearest = Spelling.nearest(to: text, among: known) {
            return "\"\(text)\" is no type of event; meant \"\(nearest)\"?"
        }
        let list = families.map { "\($0.name).*" }.joined(separator: ", ")
        return "must be types of events with commas between them, such as those of \(list)"
    }
}
