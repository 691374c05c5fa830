/// The spec of a bulkhead: how many calls may be under way at once, for each key by itself.
///
/// A call that is let in holds a slot until it is settled. The slot is a lease, which ends by
/// itself, so that a caller that was lost cannot keep it. A call that finds no slot may wait for
/// one, in the order of coming, or is denied.
public struct BulkheadPolicy: PolicySpec {
    /// How many calls may be under way at once; where an adaptive limit starts.
    public var maximumConcurrent: Int64 = 10
    /// How many calls may wait for a slot.
    public var maximumQueue: Int64 = 0
    /// How long a call may wait for a slot.
    public var maximumWait = Timespan.zero
    /// How long a slot is held at most, unless it is renewed.
    public var lease = Timespan.seconds(30)
    /// Whether a slot is on disk before it is granted.
    public var durability = Durability.relaxed
    /// How the limit moves; nil when it does not.
    public var adaptive: AdaptiveConcurrencySpec?

    public init() {}

    public static let fields: [Field<BulkheadPolicy>] = [
        Field(
            "max_concurrent", \.maximumConcurrent, .slots, isRequired: true,
            "How many calls may be under way at once; where an adaptive limit starts."),
        Field(
            "max_queue", \.maximumQueue,
            .integer(Bounds.queues, reason: "each call that waits holds a connection"),
            "How many calls may wait for a slot."),
        Field(
            "max_wait_ms", \.maximumWait, .milliseconds(Bounds.waitsMilliseconds),
            "How long a call may wait for a slot."),
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long a slot is held at most, unless it is renewed."),
        Field(
            "durability", \.durability, .choice,
            "Whether a slot is on disk soon after it is granted, or before."),
        Field(
            "adaptive", \.adaptive, .object,
            "How the limit moves by how calls go; without it, it stands still."),
    ]

    public static let decisiveMembers: Set<String>? = ["max_concurrent", "adaptive"]

    public mutating func fillDependentDefaults() {
        adaptive = adaptive?.completed(startingAt: maximumConcurrent)
    }

    public func check(at pointer: JSONPointer, _ reader: inout SpecReader) {
        guard let adaptive else { return }
        // No limit lies between bounds that contradict each other, which is said there.
        if let maximum = adaptive.maximum, adaptive.minimum > maximum { return }
        let place = pointer.appending("max_concurrent")
        if maximumConcurrent < adaptive.minimum {
            reader.fault(place, "must be at least the min of adaptive (\(adaptive.minimum))")
        }
        if let maximum = adaptive.maximum, maximumConcurrent > maximum {
            reader.fault(place, "must be at most the max of adaptive (\(maximum))")
        }
    }

    /// How long a call waits that asks for so long, or for nothing in particular.
    public func wait(asked: Timespan?) -> Timespan { min(asked ?? maximumWait, maximumWait) }

    /// Why a call that finds no slot may not wait for one; nil when it may.
    ///
    /// - Parameters:
    ///   - wait: how long it would.
    ///   - queued: how many wait already.
    public func refusal(
        toWait wait: Timespan, behind queued: Int64
    ) -> BulkheadDenialReason? {
        if wait <= .zero || maximumQueue == 0 { return .full }
        return queued < maximumQueue ? nil : .queueFull
    }
}

extension SpecType where Value == Int64 {
    /// A number of slots.
    static let slots = integer(
        Bounds.slots, reason: "each slot that is held is kept with its holder")
}

extension Kind {
    /// How many calls may be under way at once.
    public static let bulkhead = Kind(singular: "bulkhead", plural: "bulkheads")
}

extension BulkheadPolicy {
    public static let kind = Kind.bulkhead

    public static let events = BulkheadEvent.names

    public static let guardMember: GuardMember? = GuardMember(
        "bulkhead", order: 20, hasKey: true, "The bulkhead that a call holds a slot of.")

    public static func tables(among kinds: [any PolicySpec.Type]) -> [SpecTable] {
        [
            SpecTable("`adaptive`", AdaptiveConcurrencySpec.self)
        ]
    }
}

/// What can happen to a bulkhead.
public enum BulkheadEvent: String, EventName {
    case saturated, recovered
    case leaseExpired = "lease_expired"
    case reset

    public static let family = Kind.bulkhead.singular
}

extension Bounds {
    /// Slots of one key that are held at once: each is remembered with its holder, and all of
    /// them are written when one changes.
    public static let slots: ClosedRange<Int64> = 1...10_000
    /// Calls that a policy lets wait for one key: each holds a connection.
    public static let queues: ClosedRange<Int64> = 0...10_000
    /// The name of who holds a slot, in bytes of UTF-8.
    public static let holderBytes = 256
    /// How long a limit that a bulkhead has learned for a key outlives the last call: a day later
    /// the target may be another.
    public static let learnedLimitLifetime = Timespan.seconds(86_400)
}
