import Resilience

/// The committed events after a place, some at a time.
///
/// Each iteration begins at that place. It ends when the store is closed or the task that iterates
/// is cancelled, and fails when events that are not in memory any more cannot be read.
public struct FeedEvents: AsyncSequence, Sendable {
    public typealias Element = [EventRecord]
    public typealias Failure = StoreError

    let feed: Feed
    let after: Int64

    public func makeAsyncIterator() -> Iterator { Iterator(self) }

    /// Where a listener stands.
    public struct Iterator: AsyncIteratorProtocol {
        public typealias Element = [EventRecord]
        public typealias Failure = StoreError

        private let listener: Listener
        /// The place of the last event that was told.
        private var last: Int64

        fileprivate init(_ events: FeedEvents) {
            listener = Listener(events.feed)
            last = events.after
        }

        /// The next events, at least one; nil at the end.
        public mutating func next() async throws(StoreError) -> [EventRecord]? {
            while !Task.isCancelled {
                switch listener.feed.next(after: last) {
                case .events(let events): return told(events)
                case .stored(let end):
                    guard let events = try await listener.feed.page(after: last) else {
                        return nil
                    }
                    if !events.isEmpty { return told(events) }
                    // They are not in the history any more.
                    last = end
                case .nothing: await listener.feed.wait(after: last)
                case .end: return nil
                }
            }
            return nil
        }

        private mutating func told(_ events: [EventRecord]) -> [EventRecord] {
            last = events.last?.seq ?? last
            return events
        }
    }
}

/// Is counted as listening for as long as it lives.
private final class Listener: Sendable {
    let feed: Feed

    init(_ feed: Feed) {
        self.feed = feed
        feed.enter()
    }

    deinit { feed.leave() }
}
