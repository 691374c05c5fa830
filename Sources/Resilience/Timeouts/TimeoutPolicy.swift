/// The spec of a timeout: how long a call is waited for.
///
/// The caller does the waiting. With ``adaptive`` the timeout follows how long calls take, as soon
/// as enough of them were reported.
public struct TimeoutPolicy: PolicySpec {
    /// How long a call is waited for, where it is told.
    private var timeoutTold: Timespan?
    /// How the timeout follows the calls; nil when it does not.
    public var adaptive: TimeoutAdaptation?

    public init() {}

    /// How long a call is waited for, as long as nothing better is known.
    public var timeout: Timespan {
        get { timeoutTold ?? .zero }
        set { timeoutTold = newValue }
    }

    public static let fields: [Field<TimeoutPolicy>] = [
        Field(
            "timeout_ms", \.timeoutTold, .milliseconds(Bounds.periodsMilliseconds),
            variable: "TIMEOUT_HTTP_REQUEST", "How long a call is waited for."),
        Field(
            "adaptive", \.adaptive, .object, showsNull: true,
            "How the timeout follows how long calls take."),
    ]

    public static let decisiveMembers: Set<String>? = []

    /// The timeout is required of the spec with its preset, and so not of the spec alone.
    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if timeoutTold == nil { reader.fault(pointer.appending("timeout_ms"), "is required") }
    }
}
