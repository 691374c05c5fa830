import Resilience

/// The call that something is to be answered for.
struct FallbackBody: SpecObject {
    var attributes: [String: String] = [:]

    static let fields: [Field<FallbackBody>] = [
        Field("attributes", \.attributes, .attributes, "What the call says of itself, by name.")
    ]
}
