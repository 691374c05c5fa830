import Resilience
import Store

/// What all kinds share.
final class PlaneContext: Sendable {
    let store: Store
    let clock: any PlaneClock
    let timers: Timers
    let census: Census
    let waiters: WaitingRoom
    let permits: Permits
    let bell = Bell()
    let health: HealthMonitor
    /// What tells that keys found no room.
    let shortage = EventDesk(policyID: 0, name: "too_many_keys", interval: .seconds(60))
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
        store: Store, clock: any PlaneClock, timers: Timers, census: Census,
        waiters: WaitingRoom, permits: Permits, health: HealthMonitor,
        variables: [String: JSONValue], random: Randomness, elsewhere: (any StateEngine)? = nil
    ) {
        (self.store, self.clock, self.timers, self.census) = (store, clock, timers, census)
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
                "limit": .integer(Int64(census.maximum)), "count": .integer(Int64(census.number)),
                "suppressed": 0,
            ])
        shortage.tell(event, self)
    }
}
