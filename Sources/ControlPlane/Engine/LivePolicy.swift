/// A policy at work. It stays the same object from version to version.
protocol LivePolicy: AnyObject, Sendable {
    /// A version of it, ready to be decided by.
    associatedtype Version: RulesVersion
    /// What is counted of it.
    associatedtype Figure: TallyFigure

    /// The version in force.
    var rules: Rules<Version> { get }
    /// What was counted.
    var tally: Tally<Figure> { get }
    /// What writes its events behind the answers.
    var desk: EventDesk { get }

    /// A policy that begins to work.
    init(_ entry: PolicyEntry, _ census: Census)
}
