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
