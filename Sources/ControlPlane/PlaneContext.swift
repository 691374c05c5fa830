import Resilience
import Store

/// What all kinds share.
final class PlaneContext: Sendable {
    let store: Store
    let clock: any PlaneClock
    let timers: Timers
    let keyCounter: KeyCounter
    let waiters: WaiterLimit
    let permits: Permits
    let answerChanges = AnswerChanges()
    let health: HealthMonitor
    /// What tells that keys found no room.
    let shortage = EventWriter(policyID: 0, name: "too_many_keys", interval: .seconds(60))
    /// Values of default variables.
    let variables: [String: JSONValue]
    /// The source of jitter.
    let random: Randomness
    /// Where states are that are not here; nil where all are.
    let elsewhere: (any StateEngine)?
    /// The kinds of policies there are.
    let kinds = KindDirectory()
    /// Operators' changes are made one after another, each on disk before it is in force.
    let operating = AsyncLock()

    init(
        store: Store, clock: any PlaneClock, timers: Timers, keyCounter: KeyCounter,
        waiters: WaiterLimit, permits: Permits, health: HealthMonitor,
        variables: [String: JSONValue], random: Randomness, elsewhere: (any StateEngine)? = nil
    ) {
        (self.store, self.clock, self.timers, self.keyCounter) = (store, clock, timers, keyCounter)
        (self.waiters, self.permits, self.health) = (waiters, permits, health)
        (self.variables, self.random) = (variables, random)
        self.elsewhere = elsewhere
    }
}

extension PlaneContext {
    /// Tells, behind the answer and once a minute, that a key found no room.
    func tellNoRoom(at now: Instant) {
        let event = EventDraft(
            ServerEvent.tooManyKeys.type, at: now, actor: Caller.system.actor,
            data: [
                "limit": .integer(Int64(keyCounter.maximum)),
                "count": .integer(Int64(keyCounter.number)),
                "suppressed": 0,
            ])
        shortage.tell(event, self)
    }
}
