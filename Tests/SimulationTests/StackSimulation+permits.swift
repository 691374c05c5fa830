import Resilience
import Testing

@testable import ControlPlane

/// What becomes of permits: settled, given back, renewed.
extension StackSimulation {
    mutating func settle() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .success
        var report = OutcomeReport(
            outcome, duration: .milliseconds(.random(in: 1...9000, using: &random)))
        report.status = 503
        let reply = try await plane.permits.settle(permit, report, by: Self.caller)
        slots.free(permit)
        note(reply, outcome, permit)
        if outcome == .success || outcome == .ignored { #expect(reply.retry == nil) }
        let again = try await plane.permits.settle(permit, report, by: Self.caller)
        #expect(again.reason != nil, "a permit counted twice")
        if Bool.random(using: &random) { permits.removeAll { $0 == permit } }
    }

    /// Notes what a guard's settling comes to for the retry budget. A breaker that has gone on
    /// since does not count the outcome, but the call was made.
    mutating func note(_ reply: SettlementReply, _ outcome: Outcome, _ permit: String) {
        let isOver = [.duplicate, .expired].contains(reply.reason) && reply.retry == nil
        guard let attempt = attempts[permit], outcome != .ignored, reply.isOfGuard, !isOver else {
            return
        }
        if attempt == 1 { budget.noteFirst(at: plane.now) }
        if (reply.retry as? RetryReply)?.decision.retries == true {
            budget.noteRetry(at: plane.now)
        }
    }

    mutating func release() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        try await plane.permits.release(permit, by: Self.caller)
        slots.free(permit)
    }

    mutating func renew() async throws {
        guard let permit = permits.randomElement(using: &random) else { return }
        let held = slots.slots.contains { $1.contains { $0.permit == permit } }
        do {
            _ = try await plane.permits.renew(permit, for: nil, by: Self.caller)
            slots.renew(permit, until: plane.now + .milliseconds(25_000))
        } catch let error as PlaneError {
            // A guard's permit may hold a probe too, without which the slot is not renewed.
            let isOfGuard = attempts[permit] != nil
            #expect(
                error.code == .conflict && (!held || isOfGuard),
                "a slot that is held cannot be renewed")
        }
    }
}
