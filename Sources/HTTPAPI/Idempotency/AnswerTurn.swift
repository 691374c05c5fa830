/// What a request with a key is to do.
enum AnswerTurn: Sendable {
    /// It is the first: do it, and tell what came of it.
    case first
    /// It was answered before.
    case answered(Reply)
    /// The same is under way.
    case underWay
    /// The key was used for another request.
    case other
}
