/// The calls of the last so long.
typealias TimeWindow = SlicedWindow<CallTally>

extension CallTally: SliceTally {}

extension TimeWindow {
    /// Adds so many calls of one kind.
    mutating func add(_ kind: CallKind, _ count: Int64, at now: Instant) {
        self.count(at: now) { $0.add(kind, count) }
    }
}
