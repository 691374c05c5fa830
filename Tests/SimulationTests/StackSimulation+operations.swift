import Resilience
import Store
import Testing

@testable import ControlPlane

/// What operators do, and crashes while they do it.
extension StackSimulation {
    mutating func force(_ key: ExactString) async throws {
        let until = plane.now + .seconds(.random(in: 1...90, using: &random))
        let positions: [ManualPosition] = [
            .open, .closed, .forcedOpen(until: until), .forcedClosed(until: until),
        ]
        _ = try await plane.breakers.force(
            "up", key, positions.randomElement(using: &random) ?? .open, reason: nil,
            by: Self.caller)
    }

    mutating func put() async throws {
        _ = try await plane.policies.apply(
            Self.policies(
                maximumConcurrent: .random(in: 1...4, using: &random),
                quota: .random(in: 3...9, using: &random), strict: .random(using: &random)),
            prune: false, dryRun: false, by: Self.caller)
        for key in Self.keys { grants.forget("users", key) }
    }

    mutating func reset(_ key: ExactString) async throws {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            _ = try await plane.breakers.reset("up", key, reason: nil, by: Self.caller)
        case 1:
            _ = try await plane.bulkheads.reset("slots", key, reason: nil, by: Self.caller)
            slots.clear(key)
        default:
            _ = try await plane.limiters.reset("users", key, reason: nil, by: Self.caller)
            grants.forget("users", key)
        }
    }

    /// Resets while everything is written, and ends as a crash would when that is answered.
    mutating func resetAndCrash(_ key: ExactString) async throws {
        // A slot that came free for somebody who waits would be newer than the checkpoint.
        plane.dismissWaiters()
        await noteTold()
        #expect(waiting.waiting.isEmpty)
        let (plane, kind) = (plane, Int.random(in: 0..<5, using: &random))
        let key = Bool.random(using: &random) ? key : nil
        async let count = Self.reset(kind, key, plane)
        for turn in 0..<PlaneLimits.sweepTurns { plane.checkpoint(turn: turn) }
        _ = try await count
        switch kind {
        case 1: slots.clear(key)
        case 2: for key in key.map({ [$0] }) ?? Self.keys { grants.forget("users", key) }
        case 3: budget = BudgetLedger(windowMs: 10_000)
        default: break
        }
        let before = try look()
        try plane.context.store.close()
        self.plane = try await Self.start(folder, elsewhere)
        try hold(before, "a crash undid something that was answered")
    }

    static func reset(_ kind: Int, _ key: ExactString?, _ plane: Plane) async throws -> Int {
        switch kind {
        case 0: try await plane.breakers.reset("up", key, reason: nil, by: caller)
        case 1: try await plane.bulkheads.reset("slots", key, reason: nil, by: caller)
        case 2: try await plane.limiters.reset("users", key, reason: nil, by: caller)
        case 3: try await plane.retries.reset("again", nil, reason: nil, by: caller)
        default: try await plane.timeouts.reset("soon", nil, reason: nil, by: caller)
        }
    }
}
