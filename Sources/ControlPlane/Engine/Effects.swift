import Resilience
import Store

/// What a change of a state brings with it, as values: so the change can be tried on a copy, made
/// again, compared, or dropped. `PolicyKind+apply.swift` does it.
///
/// A call that is allowed by levels alone allocates nothing for it.
struct Effects<Kind: PolicyKind>: Sendable {
    /// How the state gets to the disk. Each includes those before it.
    enum Durability: Int, Comparable, Sendable {
        /// The state is as it was.
        case unchanged
        /// With the next checkpoint.
        case level
        /// Behind the answer, in one transaction with the events.
        case behind
        /// As ``behind``; the answer waits for it.
        case awaited

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// How the state gets to the disk.
    var durability = Durability.level
    /// What is told of it, in one transaction with the state.
    var events: [EventDraft] = []
    /// What is told at most once in an interval.
    var notices: [EventDraft] = []
    /// What is counted.
    var counts = Counts<Kind.Figure>()
    /// When that is counted; nil for now.
    var countedAt: Instant?
    /// Whether calls that wait may go on, or be denied, now.
    var concernsWaiting = false
    /// Until when the permit that is being settled is marked; nil where it is not.
    var settledUntil: Instant?
    /// Whether the answer also waits for what was handed over of this key and awaited before, if
    /// that is not on disk yet.
    var joinsEarlier = false
    /// What is taken back where the change cannot be stored.
    var reversal: Kind.Reversal?

    /// Those of a change that gets to the disk so.
    init(_ durability: Durability = .level) { self.durability = durability }

    /// None: the state is as it was.
    static var none: Effects { Effects(.unchanged) }

    /// Counts one more.
    mutating func count(_ figure: Kind.Figure, _ amount: Int64 = 1) {
        counts.add(figure, amount)
    }

    /// Has events told with the state, behind the answer unless it waits anyway.
    mutating func tell(_ more: [EventDraft]) {
        guard !more.isEmpty else { return }
        events += more
        durability = max(durability, .behind)
    }
}

/// Figures that are added to at once: at most eight, in place.
struct Counts<Figure: CountedFigure>: Equatable, Sendable {
    private(set) var amounts = SIMD8<Int64>(repeating: 0)

    /// Whether all are 0.
    var isEmpty: Bool { amounts == .zero }

    /// How much is added to one.
    subscript(_ figure: Figure) -> Int64 { amounts[figure.rawValue] }

    /// Adds to one, which stays at the end of its type once it has come to that.
    mutating func add(_ figure: Figure, _ amount: Int64) {
        amounts[figure.rawValue] = amounts[figure.rawValue].addingClamped(amount)
    }
}
