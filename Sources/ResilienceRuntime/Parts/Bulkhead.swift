public import Resilience

/// A bulkhead of this process: how many calls may be under way at once, for each key by itself.
///
/// A guard asks it, and gives the slot back when the call has ended, whatever its end. So a slot
/// is held as long as the call, and the policy's `lease` says nothing here; nor does `durability`.
/// Calls that find no slot stand in line, at most `maximumQueue` of a key and for at most
/// `maximumWait`, and are served in the order in which they came. Who stands in line holds
/// nothing; one that is cancelled leaves at once, and takes nothing with it.
///
/// Guarded by a mutex, under which the clock is read. It keeps states of at most `maximumKeys`
/// keys; those without a call are forgotten, unless a limit has learned from them, and past the
/// bound calls of new keys are denied with ``Denied/Reason/tooManyKeys``.
public final class Bulkhead: Part {
    /// What it is called in denials.
    public let name: String
    /// How many calls it lets in.
    public let policy: BulkheadPolicy
    fileprivate let clock: any RuntimeClock
    fileprivate let states: Locked<KeyedStates<Room>>

    /// Who is in, and who would like to be.
    fileprivate struct Room {
        var state: BulkheadState
        var line: [Waiter] = []
    }

    /// A bulkhead with nobody in it.
    public init(
        _ name: String, _ policy: BulkheadPolicy, maximumKeys: Int = RuntimeLimits.keys,
        clock: any RuntimeClock = SystemClock()
    ) {
        var policy = policy
        policy.lease = RuntimeLimits.lease
        (self.name, self.policy, self.clock) = (name, policy, clock)
        states = Locked(KeyedStates(maximumCount: maximumKeys))
    }

    /// Who is in, and how many may be; nothing is changed by looking.
    public func view(_ key: String = "") -> BulkheadView {
        states.withLock { states in
            let now = clock.now()
            return (states[ExactString(key)]?.state ?? BulkheadState(at: now))
                .view(policy, at: now)
        }
    }

    /// How many calls stand in line.
    public func queued(_ key: String = "") -> Int {
        states.withLock { $0[ExactString(key)]?.line.count ?? 0 }
    }

    /// How many keys it keeps states of.
    public var keys: Int { states.withLock(\.count) }

    func asked(about key: ExactString, cost: Int64) -> AskedPart { AskedBulkhead(self, key) }

    /// Stands in line until a slot is free for the call.
    ///
    /// - Returns: What gives the slot back; nil when the caller was cancelled.
    /// - Throws: ``Denied`` when none became free in time.
    func stand(_ waiter: Waiter, _ key: ExactString) async throws(Denied) -> Settlement? {
        let end = await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                do { try await clock.sleep(until: waiter.deadline) } catch { return }
                if waiter.end(.expired) { leave(waiter, key) }
            }
            let end = await withTaskCancellationHandler {
                await waiter.wait()
            } onCancel: {
                if waiter.end(.cancelled) { leave(waiter, key) }
            }
            group.cancelAll()
            return end
        }
        switch end {
        case .served(let permit): return settlement(of: permit, key)
        case .expired: throw denied(.waitExpired)
        case .cancelled: return nil
        }
    }

    private func leave(_ waiter: Waiter, _ key: ExactString) {
        states.withLock { states in
            states.change(key) { room in room.line.removeAll { $0 === waiter } }
        }
    }

    fileprivate func settlement(of permit: BulkheadPermit, _ key: ExactString) -> Settlement {
        { [self] outcome, duration in
            states.withLock { states in
                let now = clock.now()
                states.change(key) { room in
                    _ = room.state.settle(permit, outcome, duration: duration, policy, at: now)
                    serve(&room, at: now)
                }
            }
        }
    }

    /// Lets in who stands in line, as long as there are slots. A call that has ended its waiting
    /// is passed over.
    private func serve(_ room: inout Room, at now: Instant) {
        var passed = 0
        for waiter in room.line {
            let decision = room.state.acquire(policy, slot(), at: now)
            guard let permit = decision.permit else { break }
            passed += 1
            if !waiter.end(.served(permit)) {
                _ = room.state.release(permit, policy, at: now)
            }
        }
        room.line.removeFirst(passed)
    }

    fileprivate func slot() -> SlotRequest { SlotRequest(id: .random(in: .min ... .max)) }

    fileprivate func denied(_ reason: Denied.Reason) -> Denied { Denied(.bulkhead, name, reason) }
}

/// A bulkhead that is asked about one call. It is only looked at until it is charged, which copies
/// nothing.
final class AskedBulkhead: AskedPart {
    /// The bulkhead.
    let bulkhead: Bulkhead
    private let request: SlotRequest
    /// When it was asked, and behind how many.
    private var asked = (at: Instant.distantPast, behind: Int64(0))
    /// How long the call may stand in line instead of being denied.
    private var wait: Timespan?

    fileprivate init(_ bulkhead: Bulkhead, _ key: ExactString) {
        (self.bulkhead, request) = (bulkhead, bulkhead.slot())
        super.init(bulkhead.states, key)
    }

    override func ask(at now: Instant) {
        let policy = bulkhead.policy
        let hasRoom = bulkhead.states.content.hasRoom(for: key, at: now) { room in
            room.line.isEmpty && room.state.isFresh(policy, at: now)
        }
        guard hasRoom else { return refusal = bulkhead.denied(.tooManyKeys) }
        let room = bulkhead.states.content[key] ?? Bulkhead.Room(state: BulkheadState(at: now))
        let queued = Int64(room.line.count)
        asked = (now, queued)
        if room.state.denial(policy, behind: queued, at: now) == nil {
            let permit = BulkheadPermit(
                generation: room.state.generation, slot: request.id,
                expiresAt: now + policy.lease)
            settle = bulkhead.settlement(of: permit, key)
        } else {
            let reason = policy.refusal(toWait: policy.maximumWait, behind: queued)
            refusal = bulkhead.denied((reason ?? .full).reason)
            wait = reason == nil ? policy.maximumWait : nil
        }
    }

    override func keep() {
        change { room in
            _ = room.state.acquire(
                bulkhead.policy, request, behind: asked.behind, at: asked.at)
        }
    }

    /// Puts the call in line, if it may stand there; with the lock held.
    func enqueue() -> Waiter? {
        guard let wait else { return nil }
        let waiter = Waiter(until: asked.at + wait)
        change { $0.line.append(waiter) }
        return waiter
    }

    private func change(_ body: (inout Bulkhead.Room) -> Void) {
        if bulkhead.states.content[key] == nil {
            bulkhead.states.content[key] = Bulkhead.Room(state: BulkheadState(at: asked.at))
        }
        bulkhead.states.content.change(key, body)
    }
}

extension BulkheadDenialReason {
    /// The same among the reasons of all parts.
    fileprivate var reason: Denied.Reason {
        switch self {
        case .full: .full
        case .queueFull: .queueFull
        case .waitExpired: .waitExpired
        }
    }
}
