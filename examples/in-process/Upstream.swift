import Resilience
import ResilienceRuntime
import Synchronization

/// What the target of the story throws when it is down.
struct Unavailable: Error {}

/// A target that does what the story wants of it, and counts its calls.
final class Upstream: Sendable {
    /// What a call comes to.
    enum Mood: Sendable {
        /// A price.
        case well
        /// An error, so many times, and then a price.
        case flaky(Int)
        /// Nothing, for a long time.
        case hanging
    }

    private let state = Mutex((mood: Mood.well, calls: 0))

    /// How often it was called.
    var calls: Int { state.withLock(\.calls) }

    /// Says what it does from now on.
    func become(_ mood: Mood) { state.withLock { $0 = (mood, 0) } }

    /// The price of today.
    func price() async throws -> Int {
        let (mood, calls) = state.withLock { state in
            state.calls += 1
            return state
        }
        switch mood {
        case .flaky(let count) where calls <= count: throw Unavailable()
        case .hanging: try await SystemClock().sleep(for: .seconds(60))
        case .well, .flaky: break
        }
        return 42
    }
}
