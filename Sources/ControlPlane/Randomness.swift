import Synchronization

/// Where jitter and lease numbers come from: the system, or a seed that makes them repeatable.
/// Guarded by a mutex.
final class Randomness: Sendable {
    private let seeded: Mutex<SeededGenerator?>

    init(seed: UInt64?) { seeded = Mutex(seed.map { SeededGenerator(seed: $0) }) }

    /// A number evenly distributed in [0, 1).
    func fraction() -> Double { Double(bits() >> 11) * 0x1p-53 }

    private func bits() -> UInt64 {
        seeded.withLock { seeded in
            guard seeded != nil else { return .random(in: .min ... .max) }
            return seeded!.next()
        }
    }
}

/// A small generator (S. Vigna's SplitMix64): one addition and two mixing steps a number.
private struct SeededGenerator: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
