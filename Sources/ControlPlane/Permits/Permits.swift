import Resilience
import Store
import Synchronization

/// Gives permits their numbers and their text, and sees to it that each is settled once.
///
/// The marks are guarded by a mutex, which is only ever taken last.
final class Permits: Sendable {
    private let codec: PermitCodec
    private let run: Int64
    private let given = Atomic<Int64>(0)
    /// Of permits that live longer than usual.
    private let givenLonger = Atomic<Int64>(0)
    private let marks: Mutex<SettlementMarks>

    private init(_ codec: PermitCodec, run: Int64, _ marks: SettlementMarks) {
        self.codec = codec
        self.run = run
        self.marks = Mutex(marks)
    }

    /// Permits of a new run, with what the runs before left behind.
    ///
    /// The number of the run is on disk before a permit of it is given. Each start takes two: the
    /// second is of permits that live longer than usual. Marks are kept until the last permit of
    /// their chunk ends, so that a few long leases among many calls would keep the marks of all.
    static func open(_ store: Store) async throws -> Permits {
        let secret = try await store.setting("permit_secret") ?? PermitCodec.makeSecret()
        let run = (try await store.setting("run").flatMap { Int64($0) } ?? 0) + 2
        guard let codec = PermitCodec(secret: secret) else {
            throw StoreError(.unusable, "the secret of permits in the database is damaged")
        }
        var marks = SettlementMarks()
        for (place, chunk) in try await store.settlements() { marks.restore(place, chunk) }
        var change = Change()
        change.settings = ["permit_secret": secret, "run": String(run)]
        try await store.record(change)
        return Permits(codec, run: run, marks)
    }

    /// A number that no permit had before, for one that lives so long.
    func nextNumber(lasting life: Timespan) -> PermitNumber {
        guard life > Bounds.permitLifetime else {
            return PermitNumber(run: run - 1, index: given.add(1, ordering: .relaxed).oldValue)
        }
        return PermitNumber(run: run, index: givenLonger.add(1, ordering: .relaxed).oldValue)
    }

    /// The permit as text.
    func text(of permit: Permit) -> String { codec.encode(permit) }

    /// The permit of that text.
    func permit(_ text: String) throws(PlaneError) -> Permit {
        guard let permit = codec.decode(text) else {
            throw PlaneError(.notFound, "this server gave no such permit")
        }
        return permit
    }

    /// Whether it was settled.
    func isSettled(_ permit: Permit) -> Bool {
        marks.withLock { $0.isSettled(permit.number) }
    }

    /// Whether it can be settled. It is asked, and then marked, with the lock of one state held.
    func standing(of permit: Permit) -> PermitStanding {
        marks.withLock { marks in
            if marks.isSettled(permit.number) { return .settled }
            return marks.hasRoom(for: permit.number) ? .open : .full
        }
    }

    /// Marks it as settled until its end, or that of a lease that was renewed. Where there was room
    /// for it a moment ago, there is.
    func mark(_ permit: Permit, until end: Instant) {
        marks.withLock {
            _ = $0.mark(permit.number, expiresAt: max(permit.expiresAt, end))
        }
    }

    /// Marks it as settled until its end, or that of a lease that was renewed; false when it was.
    func settle(_ permit: Permit, until end: Instant? = nil) throws(PlaneError) -> Bool {
        let end = max(permit.expiresAt, end ?? permit.expiresAt)
        switch marks.withLock({ $0.settle(permit.number, expiresAt: end) }) {
        case .first: return true
        case .duplicate: return false
        case .full: throw PlaneError(.overloaded, "too many permits have been settled lately")
        }
    }

    /// Hands the marks that are ahead of the disk to the writer.
    func checkpoint(_ writer: Writer, at now: Instant) {
        let (ended, changed) = marks.withLock { ($0.prune(at: now), $0.takeChanged()) }
        guard !ended.isEmpty || !changed.isEmpty else { return }
        var change = Change()
        change.settlements =
            ended.map { SettlementWrite(place: $0, chunk: nil) }
            + changed.map { SettlementWrite(place: $0.place, chunk: $0.chunk) }
        writer.enqueue(change) { [self] result in
            guard case .failure = result else { return }
            marks.withLock { $0.putBack(changed.map(\.place)) }
        }
    }
}
