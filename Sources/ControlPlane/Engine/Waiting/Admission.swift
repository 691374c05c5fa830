import Resilience

/// What becomes of a call that would wait.
enum Admission<Kind: PolicyKind, Answer: Sendable>: Sendable {
    /// It is answered at once, when all of these are on disk besides what its effects come to.
    case answer(Answer, Effects<Kind>, [PendingCommit] = [])
    /// It waits, and its turn cannot come before that time.
    case wait(until: Instant)

    /// Whether it is answered.
    var isAnswer: Bool { if case .answer = self { true } else { false } }
}
