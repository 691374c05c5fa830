import Resilience

/// What becomes of a call that would wait.
enum Admission<Answer: Sendable>: Sendable {
    /// It is answered at once, when all of these are on disk.
    case answer(Answer, [Receipt] = [])
    /// It waits, and its turn cannot come before that time.
    case wait(until: Instant)

    /// Whether it is answered.
    var isAnswer: Bool { if case .answer = self { true } else { false } }
}
