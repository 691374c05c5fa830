/// The window of a breaker, as a spec has it.
public struct BreakerWindowSpec: SpecObject {
    /// Which calls count.
    public var type = BreakerWindowType.time
    /// How many calls a count window holds.
    public var size: Int64?
    /// How long a time window is: ten equal slices, aligned to the epoch.
    public var duration: Timespan?

    public init() {}

    private init(_ type: BreakerWindowType, size: Int64? = nil, duration: Timespan? = nil) {
        (self.type, self.size, self.duration) = (type, size, duration)
    }

    /// The failures in a row.
    public static let consecutive = BreakerWindowSpec(.consecutive)

    /// The last so many calls.
    public static func count(_ size: Int64) -> BreakerWindowSpec {
        BreakerWindowSpec(.count, size: size)
    }

    /// The calls of the last so long.
    public static func time(_ duration: Timespan) -> BreakerWindowSpec {
        BreakerWindowSpec(.time, duration: duration)
    }

    public static let fields: [Field<BreakerWindowSpec>] = [
        Field(
            "type", \.type, .choice,
            "Which calls count: failures in a row, the last calls, or those of the last time."),
        Field(
            "size", \.size,
            .integer(Bounds.callWindows, reason: "each call of the window is remembered"),
            defaultNote: "100, for `count`",
            "How many calls a count window holds; each is remembered."),
        Field(
            "duration_ms", \.duration, .milliseconds(Bounds.slicedWindowsMilliseconds),
            defaultNote: "60000, for `time`",
            "How long a time window is; a call counts for more than 0.9 and at most all of it."),
    ]

    public static let decisiveMembers: Set<String>? = ["type", "size"]

    public mutating func fillDependentDefaults() {
        if type == .count, size == nil { size = 100 }
        if type == .time, duration == nil { duration = .seconds(60) }
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        if size != nil, type != .count {
            reader.fault(pointer.appending("size"), "needs type count")
        }
        if duration != nil, type != .time {
            reader.fault(pointer.appending("duration_ms"), "needs type time")
        }
    }
}

/// Which calls a breaker judges by.
public enum BreakerWindowType: String, CaseIterable, Sendable {
    /// The failures in a row.
    case consecutive
    /// The last so many calls.
    case count
    /// The calls of the last so long.
    case time
}
