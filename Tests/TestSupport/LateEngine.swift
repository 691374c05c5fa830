public import Resilience
import Synchronization

@testable public import ControlPlane

/// An engine whose states are as good as elsewhere: it answers late, and every other time it finds
/// that the change must be made again. Each change is made twice from the same state, and what
/// differs then is kept for the test to look at.
public final class LateEngine: StateEngine {
    private let made = Atomic(0)
    private let found = Mutex<[String]>([])

    public init() {}

    /// What the second time differed in.
    public var differences: [String] { found.withLock(\.self) }

    /// How many changes were made.
    public var changes: Int { made.load(ordering: .relaxed) }

    public func apply<Kind: PolicyKind, Answer>(
        _ kind: Kind, _ live: LivePolicy<Kind>, _ key: ExactString, settling permit: Permit?,
        _ transition: (inout Kind.Slot, Turn<Kind>) throws -> (Answer, Effects<Kind>)
    ) async throws -> Kind.Applied<Answer>? {
        while true {
            await Task.yield()
            guard let (before, turn) = kind.value(of: key, live, settling: permit) else {
                return nil
            }
            var (first, second) = (before, before)
            let (answer, effects) = try transition(&first, turn)
            let again = try transition(&second, turn)
            compare(first.state, second.state)
            compare(answer, again.0)
            compare(effects, again.1)
            await Task.yield()
            guard made.add(1, ordering: .relaxed).oldValue % 2 == 1,
                let committed = kind.commit(
                    first.state, effects, insteadOf: before.state, live, turn, settling: permit)
            else { continue }
            return (answer, committed.commit)
        }
    }

    private func compare(_ first: Any, _ second: Any) {
        var (one, other) = ("", "")
        dump(first, to: &one)
        dump(second, to: &other)
        if one != other { found.withLock { $0.append("\(one)\nand then\n\(other)") } }
    }
}
