/// `breakers reset`.
typealias BreakersReset = KindReset<BreakerReset>

/// What resetting a breaker is.
enum BreakerReset: ResettableKind {
    static let word = "breaker"
    static let place = "breakers"
    static let abstract = "Set the breaker of one key, or of all, back to the beginning."
    static let discussion = """
        Examples:
          switchgear breakers reset payments db-1 --reason "replaced"
          switchgear breakers reset payments --all
        """
}
