import Resilience
import Store

/// What all kinds share.
struct PlaneContext: Sendable {
    let store: Store
    let clock: any PlaneClock
    let timers: Timers
    let census: Census
    let waiters: WaitingRoom
    let permits: Permits
    let bell = Bell()
    let health: HealthMonitor
    /// Values of default variables.
    let variables: [String: JSONValue]
    /// Operators' changes are made one after another, each on disk before it is in force.
    let operating = AsyncLock()
}
