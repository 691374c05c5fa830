/// What a tally counts.
protocol TallyFigure: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
    /// What it is called on the wire.
    var name: String { get }
}

extension TallyFigure {
    var name: String { "\(self)" }
}
