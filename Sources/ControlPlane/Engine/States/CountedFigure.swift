/// What is counted of a policy.
protocol CountedFigure: CaseIterable, RawRepresentable, Sendable where RawValue == Int {
    /// What it is called on the wire.
    var name: String { get }
}

extension CountedFigure {
    var name: String { "\(self)" }
}
