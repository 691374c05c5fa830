/// A call whose waiting is over.
struct Served<Request: Sendable, Answer: Sendable>: Sendable {
    /// The call.
    let waiter: Waiter<Request, Answer>
    /// What it is told.
    let result: Result<Answer, any Error>
    /// What must be on disk before.
    var receipts: [Receipt] = []
}
