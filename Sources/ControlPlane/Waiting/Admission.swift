import Resilience

/// What becomes of a call that would wait.
enum Admission<Answer: Sendable>: Sendable {
    /// It is answered at once, when all of these are on disk.
    case answer(Answer, [Receipt] = [])
    /// It waits, and its turn cannot come before that time.
    case wait(until: Instant)
}

/// A call whose waiting is over.
struct Served<Request: Sendable, Answer: Sendable>: Sendable {
    /// The call.
    let waiter: Waiter<Request, Answer>
    /// What it is told.
    let result: Result<Answer, any Error>
    /// What must be on disk before.
    var receipts: [Receipt] = []
}
