public import Resilience
import Synchronization

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
    private let clock: any RuntimeClock
    private let states: Mutex<KeyedStates<Room>>

    /// Who is in, and who would like to be.
    private struct Room {
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
        states = Mutex(KeyedStates(maximumCount: maximumKeys))
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

    func ask(_ key: ExactString, cost: Int64, _ others: (PartReply) -> Verdict) {
        states.withLock { states in
            let now = clock.now()
            let hasRoom = states.hasRoom(for: key, at: now) { room in
                room.line.isEmpty && room.state.isFresh(policy, at: now)
            }
            guard hasRoom else {
                _ = others(PartReply(denial: denied(.tooManyKeys)))
                return
            }
            // It is only looked at until the others have been asked: nothing needs to be undone.
            let (generation, queued, isFull) = look(states[key], at: now)
            let refusal = policy.refusal(toWait: policy.maximumWait, behind: queued)
            let request = slot()
            var reply = PartReply(denial: isFull ? denied((refusal ?? .full).reason) : nil)
            reply.wait = isFull && refusal == nil ? policy.maximumWait : nil
            if !isFull {
                let permit = BulkheadPermit(
                    generation: generation, slot: request.id, expiresAt: now + policy.lease)
                reply.settle = settlement(of: permit, key)
            }
            let verdict = others(reply)
            if case .leave = verdict { return }
            if states[key] == nil { states[key] = Room(state: BulkheadState(at: now)) }
            states.change(key) { room in
                switch verdict {
                case .charge:
                    _ = room.state.acquire(policy, request, behind: queued, at: now)
                case .line(let waiter): room.line.append(waiter)
                case .leave: break
                }
            }
        }
    }

    private func look(
        _ room: Room?, at now: Instant
    ) -> (generation: Int64, queued: Int64, isFull: Bool) {
        let queued = Int64(room?.line.count ?? 0)
        let state = room?.state ?? BulkheadState(at: now)
        return (
            state.generation, queued, state.denial(policy, behind: queued, at: now) != nil
        )
    }

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

    private func settlement(of permit: BulkheadPermit, _ key: ExactString) -> Settlement {
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

    private func slot() -> SlotRequest { SlotRequest(id: .random(in: .min ... .max)) }

    private func denied(_ reason: Denied.Reason) -> Denied { Denied(.bulkhead, name, reason) }
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
