import Logging
public import Resilience
import Store

/// The running control plane: policies, the kinds that decide by them, the clock, the history.
public final class Plane: Sendable {
    /// The policies.
    public let policies: Policies
    /// Where permits come back.
    public let permits: PermitService
    /// The history and the rest of the file.
    let context: PlaneContext
    private var kinds: [any KindRuntime] { context.kinds.all }
    let denials = EventWriter(policyID: 0)
    private let checkpointInterval: Timespan
    /// When it was started.
    public let startedAt: Instant

    /// Opens the database and puts in force what is in it and what the configuration adds.
    public convenience init(_ configuration: PlaneConfiguration) async throws {
        try await self.init(configuration, kinds: Self.kinds)
    }

    /// As ``init(_:)``, with these kinds of policies.
    init(_ configuration: PlaneConfiguration, kinds: [any KindRuntime.Type]) async throws {
        let types = kinds.map { $0.specType }
        let variables = try DefaultVariables.values(types, in: configuration.environment)
        let overrides = OverrideTable(environment: configuration.environment, types: types)
        let faults = overrides.faults.map { "\($0.variable) \($0.detail)" }
        guard faults.isEmpty else {
            throw PlaneError(.invalid, faults.joined(separator: "; "))
        }
        let store = try Store(path: configuration.database, at: SystemClock().now())
        let clock = try await Self.clock(configuration.clock, store)
        let context = PlaneContext(
            store: store, clock: clock, timers: Timers(),
            keyCounter: KeyCounter(maximum: configuration.maximumKeys),
            waiters: WaiterLimit(), permits: try await Permits.open(store),
            health: HealthMonitor(store.writer), variables: variables,
            random: configuration.random,
            elsewhere: configuration.elsewhere)
        self.context = context
        let runtimes = kinds.map { $0.init(context) }
        context.kinds.fill(with: runtimes)
        permits = PermitService(
            permits: context.permits, clock: clock,
            issuers: runtimes.compactMap { $0 as? any PermitIssuer })
        policies = Policies(
            PolicyReader(types: types, variables: variables, overrides: overrides), runtimes,
            store, clock, writing: context.operating)
        checkpointInterval = configuration.checkpointInterval
        startedAt = clock.now()
        try await restore(configuration)
    }

    deinit { context.kinds.clear() }

    /// The time.
    public var now: Instant { context.clock.now() }

    /// Whether time only moves when it is told to.
    public var hasManualClock: Bool { context.clock is ManualClock }

    /// Whether changes can be stored; else what the storage failed with.
    public var storageFailure: String? { context.health.failure }

    /// Does what falls due, and checkpoints, until the task is cancelled.
    public func run() async {
        await withTaskGroup { group in
            if !hasManualClock {
                group.addTask { await self.context.timers.run(self.context.clock) }
            }
            group.addTask { await self.checkpointRepeatedly() }
        }
    }

    /// Ends the waiting of calls: they are answered that the server is going away.
    public func dismissWaiters() {
        context.waiters.close()
        let error = PlaneError(.overloaded, "the server is stopping")
        for kind in kinds { kind.dismissWaiters(error) }
    }

    /// Writes everything that is only in memory, and closes the database.
    ///
    /// - Throws: `storage_unavailable` where not all of it could be written; it is closed all the
    ///   same.
    public func stop() async throws {
        dismissWaiters()
        let failed = context.store.writer.failedChanges
        for kind in kinds { await kind.checkpointAll(at: now) }
        await context.store.writer.makeRoom()
        context.permits.checkpoint(context.store.writer, at: now)
        for writer in [denials, context.shortage] { writer.writeHeld(at: now, all: true, context) }
        checkHealth()
        // When all levels are written: nothing may be missing of a run whose end is told. On a
        // full disk the one event might find room that they did not.
        try? await context.store.writer.flush()
        let isComplete = context.store.writer.failedChanges == failed
        let last = Change(events: [serverEvent(.stopped)])
        let isWritten =
            if isComplete { (try? await context.store.writer.commit(last)) != nil } else { false }
        let failure = isWritten ? nil : storageFailure ?? "it cannot be written to"
        try context.store.close()
        guard let failure else { return }
        throw PlaneError(
            .storageUnavailable,
            "stopped, but levels since the last checkpoint are lost (counts, tokens, relaxed "
                + "slots): \(failure). What was answered as done is on disk")
    }

    private func restore(_ configuration: PlaneConfiguration) async throws {
        try await policies.restore()
        try await restoreStates()
        if let list = configuration.policies {
            _ = try await policies.apply(
                list, prune: false, dryRun: false, by: Caller(actor: "policy-file"))
        }
        if hasManualClock { context.timers.fire(upTo: now) }
        var change = Change(events: [serverEvent(.started)])
        let last = try await context.store.lastEvent(type: "\(ServerEvent.family).*")
        if let last, last.event.type != ServerEvent.stopped.type {
            change.events.append(
                serverEvent(.recovered, reason: "the previous run ended without stopping"))
        }
        try await context.store.record(change)
    }

    private func restoreStates() async throws {
        let kinds = kinds
        try await context.store.forEachState { write in
            try kinds.first { $0.owns(write.policyID) }?.restore(write)
        }
        for kind in kinds { try await kind.resume(from: context.store) }
    }

    private func checkpointRepeatedly() async {
        var turn = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .nanoseconds(checkpointInterval.nanoseconds))
            checkpoint(turn: turn)
            turn &+= 1
        }
    }

    /// Hands what is only in memory to the writer, and looks after the storage.
    func checkpoint(turn: Int) {
        let now = now
        for kind in kinds { kind.checkpoint(turn: turn, at: now) }
        context.permits.checkpoint(context.store.writer, at: now)
        for writer in [denials, context.shortage] { writer.writeHeld(at: now, all: false, context) }
        checkHealth()
    }

    private func checkHealth() {
        context.health.check(serverEvent(.degraded), serverEvent(.restored))
    }

    private func serverEvent(_ event: ServerEvent, reason: String? = nil) -> EventDraft {
        EventDraft(event.type, at: now, actor: Caller.system.actor, reason: reason)
    }

    private static func clock(
        _ mode: PlaneConfiguration.ClockMode, _ store: Store
    ) async throws -> any PlaneClock {
        switch mode {
        case .system: SystemClock()
        case .manual:
            ManualClock(at: try await store.manualTime() ?? ManualClock.beginning)
        }
    }
}

extension Plane {
    /// The kinds of policies there are.
    static let kinds: [any KindRuntime.Type] = [
        Limiters.self, Breakers.self, Retries.self, Bulkheads.self, Timeouts.self,
        Fallbacks.self, Guards.self,
    ]

    /// The specs of their policies.
    public static let types: [any PolicySpec.Type] = kinds.map { $0.specType }

    /// The policies of one kind at work; there must be such a kind.
    public subscript<Kind: AnyObject & Sendable>(_ type: Kind.Type) -> Kind {
        guard let kind = context.kinds[type] else {
            preconditionFailure("a plane without \(type)")
        }
        return kind
    }
}
