/// A kind whose states are set back to the beginning by one and the same command.
protocol ResettableKind {
    /// What one of its policies is called, in words: `limiter`.
    static var word: String { get }
    /// Where its policies stand in paths and on the command line: `limiters`.
    static var place: String { get }
    /// What the command does, in a sentence.
    static var abstract: String { get }
    /// What else there is to know, with examples.
    static var discussion: String { get }
}
