public import Resilience

/// A chunk of the marks of settled permits put, or dropped where it is nil.
public struct SettlementWrite: Sendable {
    /// Which chunk.
    public let place: SettlementMarks.Place
    /// Its marks.
    public let chunk: SettlementMarks.Chunk?

    /// A write of that chunk.
    public init(place: SettlementMarks.Place, chunk: SettlementMarks.Chunk?) {
        self.place = place
        self.chunk = chunk
    }
}
