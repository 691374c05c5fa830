import Resilience
import Store
import Testing

@testable import ControlPlane

/// The history as it grows, read on after every step and held to what was seen of the states.
struct EventLedger {
    private var last: Int64 = 0
    /// The generation that the events of each breaker and key have come to.
    private var generations: [String: Int64] = [:]
    /// Where the events of each breaker and key have left it.
    private(set) var positions: [String: String] = [:]
    /// How often each breaker and key was told to have opened since it was reset.
    private(set) var opened: [String: Int64] = [:]
    /// How many events there were of each type.
    private(set) var counts: [String: Int] = [:]

    /// Reads what is new; sequence numbers have no gaps, and no generation of a breaker is missing,
    /// unless it was forgotten: then it begins anew, above all that it had.
    mutating func readOn(_ plane: Plane) async throws {
        var query = EventQuery()
        query.isAscending = true
        query.after = last
        query.limit = 10_000
        for record in try await plane.events(query) {
            #expect(record.seq == last + 1)
            last = record.seq
            counts[record.event.type, default: 0] += 1
            if record.event.kind == "breaker" { take(record.event) }
        }
    }

    /// The generation that a breaker's events have come to.
    func generation(_ breaker: String) -> Int64 { generations[breaker] ?? 1 }

    private mutating func take(_ event: EventDraft) {
        let breaker = "\(event.name ?? "")/\(event.key ?? "")"
        guard let data = event.data, let generation = data["generation"]?.integer,
            event.type != "breaker.probe_expired"
        else { return }
        let isNext = generation == self.generation(breaker) + 1
        #expect(generation > self.generation(breaker), "\(breaker): \(event.type)")
        let before = isNext ? positions[breaker] ?? "closed" : "closed"
        #expect(data["from"]?.string == before, "\(breaker): \(event.type)")
        if !isNext { opened[breaker] = 0 }
        generations[breaker] = generation
        positions[breaker] = data["to"]?.string
        if event.type == "breaker.reset" { opened[breaker] = 0 }
        if event.type == "breaker.opened" { opened[breaker, default: 0] += 1 }
    }
}
