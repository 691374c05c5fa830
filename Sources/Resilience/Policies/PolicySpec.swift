/// The spec of one kind of policy.
public protocol PolicySpec: SpecObject {
    /// Which kind it is of.
    static var kind: Kind { get }
    /// The starting points on offer.
    static var presets: [Preset] { get }
    /// The members of a spec with those of its preset, each of which it may replace as a whole.
    static func overlay(_ preset: JSONObject, with members: JSONObject) -> JSONObject
    /// The policies that this one names, each with the place where it does.
    var references: [PolicyReference] { get }
}

extension PolicySpec {
    public static var presets: [Preset] { [] }

    public static func overlay(_ preset: JSONObject, with members: JSONObject) -> JSONObject {
        preset.overlaid(by: members)
    }

    public var references: [PolicyReference] { [] }
}
