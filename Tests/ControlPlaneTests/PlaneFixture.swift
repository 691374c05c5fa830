import GRDB
import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

/// A plane with a manual clock on a file of its own, which can be stopped and started again.
final class PlaneFixture {
    let folder: TemporaryFolder
    var environment: [String: String] = [:]
    /// How many keys may have a state.
    var maximumKeys = PlaneLimits.liveKeys
    private let elsewhere: LateEngine?
    private var running: Plane?

    /// Starts a plane on a fresh file.
    init(
        _ environment: [String: String] = [:], elsewhere: LateEngine? = nil
    ) async throws {
        folder = try TemporaryFolder()
        self.elsewhere = elsewhere
        self.environment = environment
        try await start()
    }

    /// The plane at work.
    var plane: Plane {
        guard let running else { preconditionFailure("the plane is stopped") }
        return running
    }

    /// What its planes are started with.
    var configuration: PlaneConfiguration {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        configuration.environment = environment
        configuration.maximumKeys = maximumKeys
        configuration.elsewhere = elsewhere
        return configuration
    }

    /// Starts a plane on what is in the file.
    func start() async throws { running = try await Plane(configuration) }

    /// Stops the plane gracefully, and checks that each change came to the same twice, where it was
    /// made so.
    func stop() async throws {
        try await running?.stop()
        running = nil
        #expect(elsewhere?.differences ?? [] == [])
    }

    /// Ends the plane as a crash would: nothing that is only in memory is written.
    func crash() throws {
        try running?.context.store.close()
        running = nil
    }

    /// Stops the plane and starts another.
    func restart() async throws {
        try await stop()
        try await start()
    }

    // MARK: Shorthands

    static let caller = Caller(actor: "ann", traceID: "0af7")

    /// Puts a policy with that spec, a limiter unless it is said otherwise.
    @discardableResult
    func put(
        _ name: String, _ spec: JSONValue, kind: Kind = LimiterPolicy.kind,
        mode: String = "enforce", _ condition: Precondition = Precondition()
    ) async throws -> PolicyChange {
        let document: JSONValue = ["mode": .string(mode), "spec": spec]
        return try await plane.policies.put(kind, name, condition, by: Self.caller) { _ in
            (document, [])
        }
    }

    /// Asks a limiter.
    @discardableResult
    func acquire(
        _ name: String, _ key: ExactString = "k", cost: Int64 = 1, tier: String? = nil,
        waitMs: Int64 = 0
    ) async throws -> LimiterAnswer {
        let request = LimiterRequest(
            key: key, cost: cost, tier: tier, wait: .milliseconds(waitMs))
        return try await plane.limiters.acquire(name, request, by: Self.caller)
    }

    /// Looks at a limiter.
    func peek(
        _ name: String, _ key: ExactString = "k", cost: Int64 = 1, tier: String? = nil
    ) throws -> LimiterAnswer {
        try plane.limiters.peek(name, LimiterRequest(key: key, cost: cost, tier: tier))
    }

    /// Moves the clock.
    func advance(_ milliseconds: Int64) async throws {
        _ = try await plane.advance(by: .milliseconds(milliseconds))
    }

    /// The events of that type, oldest first.
    func events(_ type: String? = nil) async throws -> [EventRecord] {
        var query = EventQuery()
        query.type = type
        query.isAscending = true
        query.limit = 100_000
        return try await plane.events(query)
    }

    /// Has everything that is handed to the writer from now on wait, to be written together once
    /// the thread is let go.
    func holdWriter() async -> HeldThread {
        let (writer, pool) = (plane.context.store.writer, plane.context.store.pool)
        let held = await HeldThread { hold in pool.writeWithoutTransaction { _ in hold() } }
        // What comes first is taken at once; what comes after it waits.
        writer.enqueue(Change(events: [EventDraft("test.first", at: plane.now, actor: "test")]))
        while writer.backlog > 0 { await Task.yield() }
        return held
    }

    /// Returns when something waits for the writer that is held.
    func untilHandedOver() async {
        while plane.context.store.writer.backlog == 0 { await Task.yield() }
    }

    /// Hands over what is ahead of the disk, of all keys.
    func checkpoint() {
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
    }

    /// Makes the disk look full.
    func fillDisk() throws {
        try plane.context.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1")
        }
    }

    /// Gives the disk room again.
    func freeDisk() throws {
        try plane.context.store.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1073741823")
        }
    }
}

extension LimiterAnswer {
    /// The figures that a client is told, in one line.
    var line: String {
        let figures = decision.tightest
        let numbers = [
            figures.map { $0.limit.capacity }, figures?.remaining,
            figures?.reset.millisecondsRoundedUp,
            decision.denial?.retryAfter?.millisecondsRoundedUp,
        ].map { $0.map(String.init) ?? "-" }.joined(separator: " ")
        let verdict = isAllowed ? "yes" : "no"
        let reason = decision.denial.map { " \($0.reason.rawValue)" } ?? ""
        let delay = isPaced ? delay.map { " +\($0.milliseconds)" } ?? "" : ""
        return "\(verdict) \(decision.tier) \(numbers)\(reason)\(delay)"
    }
}

/// Does `body`, which must be refused with that code.
@discardableResult
func expectRefusal<Result>(
    _ code: PlaneError.Code, _ location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Result
) async -> PlaneError? {
    let error = await #expect(throws: PlaneError.self, sourceLocation: location) {
        _ = try await body()
    }
    #expect(error?.code == code, "\(error?.detail ?? "")", sourceLocation: location)
    return error
}
