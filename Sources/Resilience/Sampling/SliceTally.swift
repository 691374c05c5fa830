/// What is counted in the slices of a window.
protocol SliceTally: Equatable, Sendable {
    /// Nothing counted.
    init()
    /// What a snapshot holds of it; nil when those are no counts of it.
    init?(_ counts: ArraySlice<Int64>)
    /// The counts, as a snapshot has them.
    var snapshot: [JSONValue] { get }
    /// Both together.
    static func + (left: Self, right: Self) -> Self
}
