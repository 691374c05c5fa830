/// `limiters reset`.
typealias LimitersReset = KindReset<LimiterReset>

/// What resetting a limiter is.
enum LimiterReset: ResettableKind {
    static let word = "limiter"
    static let place = "limiters"
    static let abstract = "Set the state of one key, or of all, back to the beginning."
    static let discussion = """
        Assignments stay.

        Examples:
          switchgear limiters reset api user:1 --reason "goodwill"
          switchgear limiters reset api --all
        """
}
