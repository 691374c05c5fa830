import Resilience
import Synchronization

/// A call that waits for its turn with one key.
struct WaitingCall<Request: Sendable, Answer: Sendable>: LineMember {
    /// Which call it is.
    let id: UInt64
    /// Who waits.
    let caller: Caller
    /// What it asks.
    let request: Request
    /// Since when it waits.
    let since: Instant
    /// Until when it waits.
    let deadline: Instant
    /// Ends its waiting with an answer.
    let resume: @Sendable (Result<Answer, any Error>) -> Void
}

/// What becomes of a call that would wait.
enum Admission<Kind: PolicyKind, Answer: Sendable>: Sendable {
    /// It is answered at once, when all of these are on disk besides what its effects come to.
    case answer(Answer, Effects<Kind>, [PendingCommit] = [])
    /// It waits, and its turn cannot come before that time.
    case wait(until: Instant)

    /// Whether it is answered.
    var isAnswer: Bool { if case .answer = self { true } else { false } }
}

/// A call whose waiting is over.
struct Served<Kind: PolicyKind, Request: Sendable, Answer: Sendable>: Sendable {
    /// The call.
    let waiter: WaitingCall<Request, Answer>
    /// What it is told.
    let result: Result<Answer, any Error>
    /// What its answer brings with it.
    var effects = Effects<Kind>.none
    /// What must be on disk before, besides what its effects come to.
    var commits: [PendingCommit] = []
}

/// Whether a call was given up before it came to wait.
final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    /// Whether it was.
    var isSet: Bool { flag.load(ordering: .acquiring) }

    /// Notes that it was.
    func set() { flag.store(true, ordering: .releasing) }
}
