import Resilience

/// Every bound of the plane, with its reason.
public enum PlaneLimits {
    /// Policies in all. They are kept in memory with their typed specs, and listed by sorting.
    public static let policies = 10_000
    /// Keys with a state, over all policies, unless it is configured: about half a kilobyte each.
    public static let liveKeys = 1_000_000
    /// The reason of answers about keys that have no state and can have none.
    static let noRoom = UncountedReason.noRoom.rawValue
    /// Assignments over all policies; they are kept in memory.
    public static let assignments = 1_000_000
    /// Parts that what is counted of a policy is divided into, so that calls of different keys
    /// rarely meet; at most three kilobytes each for counts, and those of ``heavyKeys``.
    static let counterParts = 4
    /// Keys of a limiter that are counted in each part to find the heaviest, for denials and for
    /// allowed calls each: at about a tenth of a kilobyte each, every key with a 256th of the calls
    /// is found.
    public static let heavyKeys = 256
    /// Calls that wait for one key. Each newcomer reckons through those before it.
    public static let waitersPerKey = 100
    /// Calls that wait, over all keys; each holds a connection.
    public static let waiters = 10_000
    /// Lines of calls that wait for one guard, with those that have just ended and are not
    /// forgotten yet. Past it a call is answered at once.
    static let guardLines = 100_000
    /// Keys whose resets are handed over before it is waited for them.
    public static let checkpointBatch = 500
    /// Keys that are looked at with the lock of their part held, so that no call waits long for it;
    /// also those that a checkpoint hands over as one change, of which a commit takes few.
    static let keysAtOnce = 256
    /// Keys of a breaker that are looked at in one checkpoint to see whether they can be forgotten:
    /// a million that fall idle together are gone within two minutes.
    static let idleKeysAtOnce = 10_000

    /// Events kept while nothing can be written: as many as go into one commit, a few megabytes.
    /// Of more, the oldest are counted.
    static let keptEvents = 9_000
    /// Parts that the states of a policy are divided into: so many more than cores that two calls
    /// rarely meet, and few enough for one word of bits. Those that no key needs are not made.
    static let shards = 64
    /// Checkpoints in which all parts are swept once.
    static let sweepTurns = 8
}
