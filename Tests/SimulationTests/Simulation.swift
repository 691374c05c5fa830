import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

/// A plane that lives through a random history, all of which follows from one seed.
///
/// After each step it holds what the plane did to what it may have done: what was granted to the
/// size of the limits, the events to the changes made, and the answers before a restart to those
/// after it.
struct Simulation {
    private static let names = ["bucket", "window", "tiers"]
    private static let keys: [ExactString] = ["a", "b", "c", ""]
    private static let caller = Caller(actor: "sim")

    private let folder: TemporaryFolder
    private var plane: Plane
    private var random: SplitMix64
    private var grants = GrantLedger()
    private var changes: [String: Int] = [:]
    /// The limits of each policy's tiers as they were put last.
    private var limits: [String: [String: JSONValue]] = [:]

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix64(seed: seed)
        plane = try await Self.start(folder)
        for name in Self.names { try await put(name) }
    }

    /// Takes so many random steps.
    mutating func run(steps: Int) async throws {
        for step in 0..<steps {
            try await take()
            if step % 25 == 0 { try await holdEvents() }
        }
        try await restart()
        try await holdEvents()
        try await plane.stop()
    }

    private static func start(_ folder: TemporaryFolder) async throws -> Plane {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        return try await Plane(configuration)
    }

    private mutating func take() async throws {
        let name = Self.names.randomElement(using: &random) ?? ""
        let key = Self.keys.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<60: try await acquire(name, key)
        case 60..<65: try await refund(name, key)
        case 65..<67: try await reset(name, Bool.random(using: &random) ? key : nil)
        case 67: try await resetAndCrash(name, Bool.random(using: &random) ? key : nil)
        case 68..<71: try await assign(name, key)
        case 71..<73: try await unassign(name, key)
        case 73..<76: try await put(name)
        case 76..<79: try await restart()
        case 79..<84: try sweep()
        default: try await advance()
        }
    }

    // MARK: Steps

    private mutating func acquire(_ name: String, _ key: ExactString) async throws {
        let request = LimiterRequest(
            key: key, cost: Int64.random(in: 0...4, using: &random), tier: anyTier(name))
        if let tier = request.tier, limits[name]?[tier] == nil {
            await #expect(throws: PlaneError.self) {
                try await plane.limiters.acquire(name, request, by: Self.caller)
            }
            return
        }
        let foreseen = try plane.limiters.peek(name, request)
        let answer = try await plane.limiters.acquire(name, request, by: Self.caller)
        let decision = answer.decision
        #expect(decision.denial == foreseen.decision.denial)
        if let wait = decision.denial?.retryAfter { try await obey(wait, name, request) }
        guard answer.isAllowed, !decision.limits.isEmpty else { return }
        grants.add(answer, at: plane.now)
    }

    /// The tier that a call names, which the policy may not have, or none.
    private mutating func anyTier(_ name: String) -> String? {
        guard name == "tiers" else { return nil }
        return [nil, "slow", "fast", "extra"].randomElement(using: &random) ?? nil
    }

    /// Now and then waits as a denial said: the same call is then allowed, and not sooner.
    private mutating func obey(
        _ wait: Timespan, _ name: String, _ request: LimiterRequest
    ) async throws {
        let told = wait.millisecondsRoundedUp
        guard told < 20_000, Int.random(in: 0..<3, using: &random) == 0 else { return }
        _ = try await plane.advance(by: .milliseconds(told - 1))
        #expect(try !plane.limiters.peek(name, request).decision.isAllowed)
        _ = try await plane.advance(by: .milliseconds(1))
        #expect(try plane.limiters.peek(name, request).decision.isAllowed)
    }

    private mutating func refund(_ name: String, _ key: ExactString) async throws {
        var tier = anyTier(name)
        if let name = tier, limits["tiers"]?[name] == nil { tier = nil }
        let request = LimiterRequest(
            key: key, cost: Int64.random(in: 1...3, using: &random), tier: tier)
        let (answer, refunded) = try await plane.limiters.refund(name, request, by: Self.caller)
        #expect((0...request.cost).contains(refunded))
        // What came back may be spent again: what was granted before says nothing any more.
        grants.forget(name, key, answer.decision.tier)
        note("limiter.refunded")
    }

    private mutating func reset(_ name: String, _ key: ExactString?) async throws {
        _ = try await plane.limiters.reset(name, key, reason: nil, by: Self.caller)
        for key in key.map({ [$0] }) ?? Self.keys { grants.forget(name, key) }
        note("limiter.reset")
    }

    /// Resets while everything is written, and ends as a crash would when that is answered.
    private mutating func resetAndCrash(_ name: String, _ key: ExactString?) async throws {
        let plane = plane
        async let count = plane.limiters.reset(name, key, reason: nil, by: Self.caller)
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
        _ = try await count
        for key in key.map({ [$0] }) ?? Self.keys { grants.forget(name, key) }
        note("limiter.reset")
        let before = try answers()
        try plane.context.store.close()
        self.plane = try await Self.start(folder)
        #expect(try answers() == before)
    }

    private mutating func assign(_ name: String, _ key: ExactString) async throws {
        let quota = Int64.random(in: 1...9, using: &random)
        let expiry = (plane.now + .seconds(Int64.random(in: 1...9, using: &random))).timestamp
        var documents: [JSONValue] = [
            ["blocked": true], ["unlimited": true],
            ["limits": [["quota": .integer(quota), "period_ms": 3000]]],
            ["blocked": true, "expires_at": .string(expiry)],
        ]
        if name == "tiers" {
            documents.append(["tier": "fast"])
            documents.append(["tier": "slow", "expires_at": .string(expiry)])
            documents.append(["tier": "fast", "expires_at": .string(expiry)])
        }
        let document = documents.randomElement(using: &random) ?? .null
        let before = try? plane.limiters.assignment(name, key)
        let (after, _) = try await plane.limiters.assign(name, key, document, by: Self.caller)
        // Tiers of the policy go on with what was spent in them; other limits of its own do not.
        if after.spec.limits != nil { grants.forget(name, key, Tier.assigned) }
        if before?.spec != after.spec { note("limiter.assigned") }
    }

    private mutating func unassign(_ name: String, _ key: ExactString) async throws {
        guard (try? plane.limiters.assignment(name, key)) != nil else { return }
        try await plane.limiters.unassign(name, key, by: Self.caller)
    }

    private mutating func put(_ name: String) async throws {
        let quota = JSONValue.integer(Int64.random(in: 2...12, using: &random))
        let limit: JSONValue = ["quota": quota, "period_ms": 2000]
        let tiers: [String: JSONValue] =
            switch name {
            case "bucket": ["default": [limit, ["quota": 20, "period_ms": 10000]]]
            case "window": ["default": [limit]]
            default: changingTiers(limit)
            }
        var spec: JSONObject =
            name == "window" ? ["algorithm": "fixed_window", "align": "clock"] : [:]
        if name == "tiers" {
            let members = tiers.sorted { $0.key < $1.key }
            spec["tiers"] = .object(JSONObject(members.map { ($0.key, ["limits": $0.value]) }))
            spec["default_tier"] = "slow"
        } else {
            spec["limits"] = tiers["default"]
        }
        let document: JSONValue = ["spec": .object(spec)]
        let change = try await plane.policies.put(LimiterPolicy.kind, name, by: Self.caller) { _ in
            (document, [])
        }
        guard change.action != .unchanged else { return }
        for (tier, old) in limits[name] ?? [:] where tiers[tier] != old {
            for key in Self.keys { grants.forget(name, key, tier) }
        }
        limits[name] = tiers
        note("policy.\(change.action.rawValue)")
    }

    /// Tiers of which one stays as it is, one changes, and one comes and goes.
    private mutating func changingTiers(_ limit: JSONValue) -> [String: JSONValue] {
        var tiers: [String: JSONValue] = ["fast": [["quota": 30]], "slow": [limit]]
        if Bool.random(using: &random) { tiers["extra"] = [["quota": 2, "period_ms": 9000]] }
        return tiers
    }

    private mutating func advance() async throws {
        let spans: [Int64] = [0, 1, 250, 1000, 2000, 20_000, 200_000]
        let span = spans.randomElement(using: &random) ?? 0
        _ = try await plane.advance(by: .milliseconds(span))
    }

    private mutating func sweep() throws {
        let before = try answers()
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
        #expect(try answers() == before)
    }

    private mutating func restart() async throws {
        let before = try answers()
        try await plane.stop()
        plane = try await Self.start(folder)
        #expect(try answers() == before)
    }

    // MARK: What must hold

    /// What a key is told.
    private struct Answer: Equatable {
        let decision: LimiterDecision
        let accounts: [AccountFigures]
    }

    /// What every key would be answered, by every tier; nil where there is no such tier.
    private func answers() throws -> [Answer?] {
        try Self.names.flatMap { name in
            try Self.keys.flatMap { key in
                try [nil, "slow", "fast", "extra"].map { try answer(name, key, tier: $0) }
            }
        }
    }

    private func answer(_ name: String, _ key: ExactString, tier: String?) throws -> Answer? {
        do {
            let request = LimiterRequest(key: key, cost: 2, tier: tier)
            let answer = try plane.limiters.peek(name, request)
            return Answer(decision: answer.decision, accounts: answer.accounts)
        } catch let error as PlaneError where error.code == .invalid && tier != nil {
            return nil
        }
    }

    private func holdEvents() async throws {
        var query = EventQuery()
        query.isAscending = true
        query.limit = .max
        let events = try await plane.events(query)
        #expect(events.map(\.seq) == Array(1...Int64(max(1, events.count))))
        let counts = Dictionary(grouping: events, by: \.event.type).mapValues(\.count)
        for (type, count) in changes { #expect(counts[type] == count, "\(type)") }
    }

    private mutating func note(_ type: String) { changes[type, default: 0] += 1 }
}
