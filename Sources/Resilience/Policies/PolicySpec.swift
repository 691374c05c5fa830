/// The spec of one kind of policy, by which the kind enters the core: all that is known of the
/// kind elsewhere is declared here.
public protocol PolicySpec: SpecObject {
    /// Which kind it is of.
    static var kind: Kind { get }
    /// The starting points on offer.
    static var presets: [Preset] { get }
    /// What can happen to policies of the kind, as their events are called after its singular
    /// name: `limited` in `limiter.limited`.
    static var events: [String] { get }
    /// How the spec of a guard names policies of the kind; nil where it does not.
    static var guardMember: GuardMember? { get }
    /// The parts of a spec among `kinds` that its page has tables of, beside that of the spec.
    static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable]
    /// The members of a spec with those of its preset, each of which it may replace as a whole.
    static func overlay(_ preset: JSONObject, with members: JSONObject) -> JSONObject
    /// The policies that this one names, each with the place where it does.
    var references: [PolicyReference] { get }
}

extension PolicySpec {
    public static var presets: [Preset] { [] }

    public static var events: [String] { [] }

    public static var guardMember: GuardMember? { nil }

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] { [] }

    public static func overlay(_ preset: JSONObject, with members: JSONObject) -> JSONObject {
        preset.overlaid(by: members)
    }

    public var references: [PolicyReference] { [] }
}
