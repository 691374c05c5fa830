import Resilience
import Testing

@testable import ControlPlane

@Suite("What becomes of calls that a guard let through, with restarts between every two steps too")
struct GuardOutcomeScriptTests {
    private typealias Script = GuardScript

    private static let policies = GuardScriptTests.policies

    @Test("an outcome counts once, in all parts, and says whether to try again")
    func settles() async throws {
        try await Script.run(
            Self.policies,
            [
                (Script.ask(), "yes"),
                (Script.settle(.success), "counted closed"),
                (Script.settle(.success), "duplicate"),
                (Script.breaker(), "closed 1/0 out 0 denied 0"),
                (Script.ask(), "yes"),
                (Script.settle(.ignored, permit: 1), "ignored closed"),
                (Script.ask(), "yes"),
                (Script.settle(.timeout, permit: 2), "counted open retryable"),
                (Script.settle(.failure, permit: 2), "duplicate"),
            ])
    }

    @Test(
        "a failure is matched by its status, and by the attempt that was asked for",
        arguments: [
            (1, 503, "counted open retryable"), (2, 503, "counted open exhausted"),
            (1, 404, "counted open not_retryable"),
        ] as [(Int64, Int64, String)])
    func retries(attempt: Int64, status: Int64, answer: String) async throws {
        try await Script.run(
            Self.policies,
            [
                (Script.ask(attempt: attempt), "yes"),
                (Script.settle(.failure, status: status), answer),
            ])
    }

    @Test("a permit is given back, is too late, or has lost its guard")
    func ends() async throws {
        try await Script.run(
            Self.policies,
            [
                (Script.ask(), "yes"), (Script.release(), "back"), (Script.release(), "back"),
                (Script.settle(.failure), "duplicate"),
                (Script.ask(), "yes"), (Script.advance(300_000), "later"),
                (Script.settle(.failure, permit: 1), "expired"),
                (Script.breaker(), "closed 0/0 out 0 denied 0"),
                (Script.ask(), "yes"), (Script.delete(.guard, "g"), "deleted"),
                (Script.settle(.failure, permit: 2), "gone"),
                (Script.ask(), "not_found"),
            ])
    }

    @Test(
        "a permit whose guard is gone still frees the slot that it holds", arguments: [true, false])
    func freesSlotOfDeletedGuard(settles: Bool) async throws {
        try await Script.run(
            [
                Script.bulkhead("s", 1),
                Script.policy("guard", "g", ["bulkhead": ["name": "s"]]),
            ],
            [
                (Script.ask([:]), "yes"), (Script.inUse(), "1"),
                (Script.delete(.guard, "g"), "deleted"), (Script.inUse(), "1"),
                settles
                    ? (Script.settle(.success), "gone") : (Script.release(), "back"),
                (Script.inUse(), "0"),
            ])
    }

    @Test("without a breaker, what the bulkhead says is the answer to an outcome")
    func tellsOfBulkhead() async throws {
        try await Script.run(
            [
                Script.bulkhead("s", 1),
                Script.policy("guard", "g", ["bulkhead": ["name": "s"]]),
            ],
            [
                (Script.ask([:]), "yes"), (Script.freeAll(), "freed"),
                (Script.settle(.success), "stale_generation"),
                (Script.ask([:]), "yes"), (Script.settle(.success, permit: 1), "counted"),
                (Script.ask([:]), "yes"), (Script.settle(.ignored, permit: 2), "ignored"),
            ])
    }

    @Test("a probe that ended is too late, though the slot of the same call lasts")
    func probeEndsBeforeSlot() async throws {
        let breaker = Script.policy(
            "breaker", "b",
            [
                "window": ["type": "consecutive"], "failure_threshold": 1,
                "open_duration_ms": 1000, "probe_timeout_ms": 10_000,
            ])
        try await Script.run(
            [
                Script.bulkhead("s", 2), breaker,
                Script.policy(
                    "guard", "g", ["bulkhead": ["name": "s"], "breaker": ["name": "b"]]),
            ],
            [
                (Script.ask([:]), "yes"), (Script.settle(.failure), "counted open"),
                (Script.advance(1000), "later"), (Script.ask([:]), "yes"),
                (Script.advance(20_000), "later"),
                (Script.settle(.success, permit: 1), "expired half_open"),
                (Script.inUse(), "0"),
            ])
    }
}
