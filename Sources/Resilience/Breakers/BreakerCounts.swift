/// How many calls a breaker has seen, by how they went.
public struct BreakerCounts: Equatable, Sendable {
    /// Those that succeeded or failed, in the window.
    public let total: Int64
    /// Those that succeeded.
    public let successes: Int64
    /// Those that failed, timeouts included.
    public let failures: Int64
    /// Those that failed because no answer came in time.
    public let timeouts: Int64
    /// Those that took too long, however they went.
    public let slow: Int64
    /// Those reported as neither, since the window began empty.
    public let ignored: Int64
    /// Those denied since the window began empty.
    public let denied: Int64

    /// The counts as a document.
    public var document: JSONObject {
        [
            "total": .integer(total), "successes": .integer(successes),
            "failures": .integer(failures), "timeouts": .integer(timeouts), "slow": .integer(slow),
            "ignored": .integer(ignored), "denied": .integer(denied),
        ]
    }
}
