import Resilience

/// What a call gives back.
struct RefundBody: SpecObject {
    var key: ExactString = ""
    var cost: Int64 = 1
    var tier: String?

    static let fields: [Field<RefundBody>] = [
        Field("key", \.key, .key, isRequired: true, "Whose it was."),
        Field("cost", \.cost, .integer(Bounds.costs), "What it had cost."),
        Field("tier", \.tier, .name, "The tier that it was charged to."),
    ]
}
