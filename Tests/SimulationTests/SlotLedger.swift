import Resilience
import Testing

/// Who holds the slots of bulkheads, kept beside them in the simplest way: a list for each key.
struct SlotLedger {
    /// A slot that was granted.
    struct Slot: Equatable {
        let permit: String
        var expiresAt: Instant
    }

    private(set) var slots: [ExactString: [Slot]] = [:]
    /// How many have ended by themselves.
    private(set) var expired = 0

    /// Lets time pass up to `now`.
    mutating func advance(to now: Instant) {
        for (key, held) in slots {
            let left = held.filter { $0.expiresAt > now }
            expired += held.count - left.count
            slots[key] = left
        }
    }

    /// Notes a grant, which must not lead beyond `limit`.
    mutating func grant(_ permit: String, _ key: ExactString, until end: Instant, limit: Int64) {
        slots[key, default: []].append(Slot(permit: permit, expiresAt: end))
        #expect(Int64(slots[key]?.count ?? 0) <= limit, "more slots of \(key) than there may be")
    }

    /// Notes that a slot is free again, where it was still held.
    mutating func free(_ permit: String) {
        for key in slots.keys { slots[key]?.removeAll { $0.permit == permit } }
    }

    /// Notes that a slot lasts longer.
    mutating func renew(_ permit: String, until end: Instant) {
        for (key, held) in slots {
            guard let index = held.firstIndex(where: { $0.permit == permit }) else { continue }
            slots[key]?[index].expiresAt = end
        }
    }

    /// Notes that all slots of a key are free, or of all keys.
    mutating func clear(_ key: ExactString?) {
        if let key { slots[key] = [] } else { slots = [:] }
    }

    /// When the slots of a key end, in that order.
    func ends(_ key: ExactString) -> [Instant] { (slots[key] ?? []).map(\.expiresAt).sorted() }
}
