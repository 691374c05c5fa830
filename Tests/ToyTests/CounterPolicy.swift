import Resilience

/// The spec of a counter: how many calls may hold a place at once.
struct CounterPolicy: PolicySpec {
    /// How many places there are for each key.
    var limit: Int64 = 1
    /// How long a place is held at most, unless it is renewed.
    var lease = Timespan.seconds(60)

    static let kind = Kind(singular: "counter", plural: "counters")
    static let events = CounterEvent.names
    static let guardMember: GuardMember? = GuardMember(
        "counter", order: 25, hasKey: true, "The counter that a call holds a place of.")

    static let fields: [Field<CounterPolicy>] = [
        Field("limit", \.limit, .integer(1...1000), isRequired: true, "How many places there are."),
        Field(
            "lease_ms", \.lease, .milliseconds(Bounds.periodsMilliseconds),
            "How long a place is held at most, unless it is renewed."),
    ]
}

/// What can happen to a counter.
enum CounterEvent: String, EventName {
    case exhausted, reset

    static let family = CounterPolicy.kind.singular
}

/// Who holds the places of a key, in the order in which they came.
struct CounterState: Equatable {
    /// A place that is held.
    struct Place: Equatable, Sendable {
        /// What it is known by: a number that no other has.
        let id: UInt64
        /// When its lease ends.
        var endsAt: Instant
    }

    private(set) var places: [Place] = []

    init() {}

    /// Frees the places whose lease is over, and tells how many those were.
    mutating func expire(at now: Instant) -> Int64 {
        let before = places.count
        places.removeAll { $0.endsAt <= now }
        return Int64(before - places.count)
    }

    /// Takes a place; nil where all are held.
    mutating func take(_ id: UInt64, _ policy: CounterPolicy, at now: Instant) -> Place? {
        guard places.count < policy.limit else { return nil }
        let place = Place(id: id, endsAt: now + policy.lease)
        places.append(place)
        return place
    }

    /// Frees a place; false where it is held no more.
    mutating func free(_ id: UInt64) -> Bool {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return false }
        places.remove(at: index)
        return true
    }

    /// Makes a lease last until `end`; nil where it is over.
    mutating func renew(_ id: UInt64, until end: Instant) -> Instant? {
        guard let index = places.firstIndex(where: { $0.id == id }) else { return nil }
        places[index].endsAt = end
        return end
    }

    /// When the lease of a place ends; nil where it is held no more.
    func end(of id: UInt64) -> Instant? { places.first { $0.id == id }?.endsAt }
}

extension CounterState: Snapshot {
    var snapshot: JSONValue {
        .array(
            places.map {
                [.integer(Int64(bitPattern: $0.id)), .integer($0.endsAt.nanoseconds)]
            })
    }

    init?(snapshot: JSONValue) {
        guard let pairs = snapshot.array else { return nil }
        for pair in pairs {
            let figures = (pair.array ?? []).compactMap(\.integer)
            guard figures.count == 2 else { return nil }
            places.append(
                Place(
                    id: UInt64(bitPattern: figures[0]), endsAt: Instant(nanoseconds: figures[1])))
        }
    }
}
