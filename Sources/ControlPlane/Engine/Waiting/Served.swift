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
