public import Resilience

/// What the plane is started with.
public struct PlaneConfiguration: Sendable {
    /// Where the time comes from.
    public enum ClockMode: String, CaseIterable, Sendable {
        case system, manual
    }

    /// The path of the database.
    public var database: String
    /// Where the time comes from.
    public var clock = ClockMode.system
    /// How often levels are written, in real time.
    public var checkpointInterval = Timespan.seconds(1)
    /// How many keys have a state at most, over all policies.
    public var maximumKeys = PlaneLimits.liveKeys
    /// What makes jitter repeatable; nil for jitter that nobody can foresee.
    public var randomSeed: UInt64?
    /// The environment, for overrides of policies.
    public var environment: [String: String] = [:]
    /// A list of policies to apply at the start.
    public var policies: [JSONValue]?

    /// Where states are that are not here; nil where all are.
    var elsewhere: (any StateEngine)?

    /// The source of jitter.
    var random: Randomness { Randomness(seed: randomSeed) }

    /// A plane on the database at that path.
    public init(database: String) { self.database = database }
}
