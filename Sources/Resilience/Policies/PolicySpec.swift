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

/// A named starting point for a spec. Once released it is never changed.
public struct Preset: Equatable, Sendable {
    /// What a spec calls it by.
    public let name: String
    /// What it is for, and where it comes from.
    public let summary: String
    /// The members that it gives to a spec that leaves them out.
    public let spec: JSONObject

    /// A preset of that name.
    public init(_ name: String, _ summary: String, _ spec: JSONObject) {
        self.name = name
        self.summary = summary
        self.spec = spec
    }
}

/// A part of a spec that its page tells of in a table of its own.
public struct SpecTable: Sendable {
    /// What the part is called: `a tier`.
    public let title: String
    /// Its members.
    public let fields: [FieldInfo]

    /// A table of the members of `type` where there are those kinds.
    public init<Part: SpecObject>(
        _ title: String, _ type: Part.Type, among kinds: [any PolicySpec.Type] = []
    ) {
        self.title = title
        fields = Part.fields(among: kinds).map(\.info)
    }
}

/// When what a policy has granted is on disk.
public enum Durability: String, CaseIterable, Sendable {
    /// Soon after the answer; a crash may lose the last moments.
    case relaxed
    /// Before the answer, so that nothing is granted twice, also after a crash.
    case strict
}
