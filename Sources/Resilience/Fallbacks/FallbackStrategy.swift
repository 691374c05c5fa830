/// One of the things that a fallback can do.
public struct FallbackStrategy: SpecObject {
    /// What it does.
    public var type = FallbackType.fixed
    /// How much it is preferred.
    public var priority: Int64 = 0
    /// The HTTP status of a fixed answer.
    public var status: Int64?
    /// The document of a fixed answer.
    public var body: JSONValue?
    /// The cache that holds what was good.
    public var cache: String?
    /// Under which key the cache holds it.
    public var key: KeyTemplate?
    /// What the caller goes on with.
    public var mode: String?
    /// Where the caller is sent.
    public var target: String?

    public init() {}

    public static let fields: [Field<FallbackStrategy>] = [
        Field("type", \.type, .choice, isRequired: true, "What it does."),
        Field(
            "priority", \.priority, .integer(Bounds.priorities),
            "How much it is preferred; of equal ones the first answers."),
        Field(
            "status", \.status, .integer(Bounds.statuses), defaultNote: "200, for `static`",
            "The HTTP status of a fixed answer."),
        Field("body", \.body, .shallow, "The document of a fixed answer."),
        Field("cache", \.cache, .name, "The cache that holds what was good the last time."),
        Field(
            "key", \.key, .keyTemplate, defaultNote: "the empty key, for `cached`",
            "Under which key it does, with `{attribute}` for attributes of the call."),
        Field("mode", \.mode, .name, "What the caller goes on with, by a name of its own."),
        Field(
            "target", \.target, .text(maximumBytes: Bounds.urlBytes),
            "Where the caller is sent: a URL of http or https."),
    ]

    public static let decisiveMembers: Set<String>? = ["type"]

    public mutating func fillDependentDefaults() {
        if type == .fixed { status = status ?? 200 }
        if type == .cached { key = key ?? .empty }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        let members: [(name: String, isGiven: Bool, type: FallbackType, isRequired: Bool)] = [
            ("status", status != nil, .fixed, false), ("body", body != nil, .fixed, false),
            ("cache", cache != nil, .cached, true), ("key", key != nil, .cached, false),
            ("mode", mode != nil, .degraded, true), ("target", target != nil, .redirect, true),
        ]
        for member in members {
            let place = pointer.appending(member.name)
            if member.isGiven, member.type != type {
                reader.fault(place, "needs type \(member.type.rawValue)")
            } else if member.isRequired, member.type == type, !member.isGiven {
                reader.fault(place, "is required for type \(type.rawValue)")
            }
        }
        if let target, !Self.isURL(target) {
            reader.fault(pointer.appending("target"), "must be a URL of http or https")
        }
    }

    /// Whether it names a scheme and a host that a caller can be sent to. What follows the host
    /// is the target's own business, as long as it is written in the characters of URLs.
    private static func isURL(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && !unwise.contains($0) }) else {
            return false
        }
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
            return false
        }
        let host = lower.utf8.dropFirst(scheme.utf8.count).prefix { !endsHost.contains($0) }
        return host.first.map { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "@") } ?? false
    }

    /// Characters that no URL holds unescaped.
    private static let unwise = Set(#""<>\^`{|}"#.utf8)
    private static let endsHost = Set("/?#".utf8)
}

/// What a fallback can do.
public enum FallbackType: String, CaseIterable, Sendable {
    /// Answer with a document that never changes.
    case fixed = "static"
    /// Answer with what was good the last time.
    case cached
    /// Go on with less.
    case degraded
    /// Send the caller elsewhere.
    case redirect
}
