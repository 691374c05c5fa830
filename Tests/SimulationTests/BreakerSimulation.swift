import Resilience
import Store
import TestSupport
import Testing

@testable import ControlPlane

/// Breakers of a few keys that are used, left alone, forgotten and used again, by a server that is
/// stopped or ends without a warning, over hours that follow from one seed.
///
/// After each step it holds every key to what was seen of it before: its generation never goes
/// back behind one that was told to somebody who used it, it is forgotten only when nobody has for
/// long enough, and a permit counts only in the generation that gave it.
struct BreakerSimulation {
    private static let keys: [ExactString] = ["a", "b", "c", ""]
    private static let caller = Caller(actor: "sim")
    private static let idle = Timespan.seconds(300)

    /// A permit, and what it was given for.
    private struct Given {
        let text: String
        let key: ExactString
        let generation: Int64
    }

    private let folder: TemporaryFolder
    private var plane: Plane
    private var random: SplitMix64
    private var events = EventLedger()
    private var permits: [Given] = []
    /// The highest generation of each key that was used.
    private var highest: [ExactString: Int64] = [:]
    /// When each key was last used.
    private var usedAt: [ExactString: Instant] = [:]

    init(seed: UInt64) async throws {
        folder = try TemporaryFolder()
        random = SplitMix64(seed: seed)
        plane = try await Self.start(folder)
        var spec: JSONObject = [
            "window": ["type": "count", "size": 6], "minimum_calls": 2,
            "open_duration_ms": 20_000, "probe_timeout_ms": 15_000, "key_idle_ms": 300_000,
        ]
        if seed % 2 == 0 { spec["on_probe_timeout"] = "release" }
        if seed % 3 == 0 { spec["automatic_half_open"] = true }
        let policy: JSONValue = ["spec": .object(spec)]
        _ = try await plane.policies.put(BreakerPolicy.kind, "up", by: Self.caller) { _ in
            (policy, [])
        }
    }

    /// Takes so many random steps, and holds the plane to what was seen after each.
    mutating func run(steps: Int) async throws {
        for _ in 0..<steps {
            let key = Self.keys.randomElement(using: &random) ?? ""
            let isUsed = try await take(key)
            try await hold()
            guard isUsed else { continue }
            usedAt[key] = plane.now
            highest[key] = try plane.breakers.view("up", key).generation
        }
        try await plane.stop()
    }

    private static func start(_ folder: TemporaryFolder) async throws -> Plane {
        var configuration = PlaneConfiguration(database: folder.file())
        configuration.clock = .manual
        return try await Plane(configuration)
    }

    /// Takes a step, and tells whether it used the key.
    private mutating func take(_ key: ExactString) async throws -> Bool {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: try await ask(key)
        case 20..<40:
            let outcome = Outcome.allCases.randomElement(using: &random) ?? .success
            _ = try await plane.breakers.record("up", key, OutcomeReport(outcome), by: Self.caller)
        case 40..<50:
            try await settle()
            return false
        case 50..<56: try await force(key)
        case 56..<58:
            // One that has no breaker gets none.
            return try await plane.breakers.reset("up", key, reason: nil, by: Self.caller) > 0
        default:
            try await goOn()
            return false
        }
        return true
    }

    private mutating func goOn() async throws {
        switch Int.random(in: 0..<42, using: &random) {
        case 0..<12: try await sweep()
        case 12..<16:
            try await plane.stop()
            plane = try await Self.start(folder)
        case 16..<22:
            if Bool.random(using: &random) { plane.checkpoint(turn: 0) }
            try plane.context.store.close()
            plane = try await Self.start(folder)
            // That a key was used is a level: the last uses may be lost.
            usedAt = [:]
        default:
            let spans: [Int64] = [1, 5000, 20_000, 100_000, 299_999, 300_000, 900_000]
            let span = spans.randomElement(using: &random) ?? 1
            _ = try await plane.advance(by: .milliseconds(span))
        }
    }

    private mutating func ask(_ key: ExactString) async throws {
        let reply = try await plane.breakers.acquire("up", key, reporter: nil, by: Self.caller)
        guard let permit = reply.permit else { return }
        permits.append(Given(text: permit, key: key, generation: reply.generation))
    }

    private mutating func settle() async throws {
        guard let given = permits.randomElement(using: &random) else { return }
        let before = try plane.breakers.view("up", given.key).generation
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .success
        let reply = try await plane.permits.settle(
            given.text, OutcomeReport(outcome), by: Self.caller)
        if reply.reason == nil || reply.reason == .ignored {
            #expect(before == given.generation, "a permit counted in another generation")
            usedAt[given.key] = plane.now
        }
    }

    private mutating func force(_ key: ExactString) async throws {
        let until = plane.now + .seconds(.random(in: 1...400, using: &random))
        let positions: [ManualPosition] = [
            .open, .closed, .forcedOpen(until: until), .forcedClosed(until: until),
        ]
        _ = try await plane.breakers.force(
            "up", key, positions.randomElement(using: &random) ?? .open, reason: nil,
            by: Self.caller)
    }

    private mutating func sweep() async throws {
        let before = try Self.keys.map { try plane.breakers.view("up", $0).position }
        plane.checkpoint(turn: 0)
        if Bool.random(using: &random) { try await plane.context.store.writer.flush() }
        #expect(try Self.keys.map { try plane.breakers.view("up", $0).position } == before)
    }

    // MARK: What must hold

    private mutating func hold() async throws {
        try await events.readOn(plane)
        for key in Self.keys {
            let view = try plane.breakers.view("up", key)
            let told = events.generation("up/\(key)")
            let before = highest[key] ?? 1
            #expect(view.generation >= max(before, told), "\(key) went back")
            if view.generation == told {
                #expect(view.timesOpened == events.opened["up/\(key)"] ?? 0)
            } else {
                #expect(view.position == .closed && view.timesOpened == 0, "\(key)")
                #expect(!key.text.isEmpty || told == 1, "the empty key was forgotten")
            }
            if view.generation > max(before, told) {
                let quiet = plane.now - (usedAt[key] ?? .epoch)
                #expect(quiet >= Self.idle, "\(key) was forgotten after \(quiet)")
            }
        }
    }
}
