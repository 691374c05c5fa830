import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("The feed")
struct FeedTests {
    /// The events that a listener is told up to the place `last`: none if it begins there, where
    /// it would wait for one that never comes.
    private static func listen(
        _ events: FeedEvents, upTo last: Int64
    ) async throws -> [EventRecord] {
        guard events.after < last else { return [] }
        var told: [EventRecord] = []
        for try await page in events {
            #expect(!page.isEmpty && page.count <= Feed.longestPage)
            told += page
            if page[page.count - 1].seq >= last { break }
        }
        return told
    }

    private static func all(_ store: Store) async throws -> [EventRecord] {
        var query = EventQuery()
        query.isAscending = true
        query.limit = .max
        return try await store.events(query)
    }

    @Test(
        "tells each listener every event once, in order, whenever it comes",
        arguments: 1...5)
    func concurrent(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.events("test.before", 700))
        let (tasks, each) = (4, 300)
        let total = 700 + Int64(tasks * each * 3)
        try await withThrowingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask {
                    for number in 0..<each {
                        try await store.writer.commit(.events("test.\(number)", 3))
                    }
                }
            }
            for listener in 0..<8 as Range<UInt64> {
                group.addTask {
                    var random = SplitMix64(seed: seed << 8 | listener)
                    for _ in 0..<Int.random(in: 0..<200, using: &random) { await Task.yield() }
                    let committed = store.feed.lastSeq
                    let after = Int64.random(in: 0...committed, using: &random)
                    let events = store.feed.subscribe(after: listener == 0 ? nil : after)
                    let first = (listener == 0 ? events.after : after) + 1
                    #expect(events.after >= (listener == 0 ? committed : after))
                    let told = try await Self.listen(events, upTo: total)
                    #expect(told.map(\.seq) == Array(first..<total + 1))
                }
            }
            // A failure ends the others, who would wait for what is not committed any more.
            for try await _ in group {}
        }
        #expect(store.feed.lastSeq == total)
        #expect(store.feed.recentCount == 0)
    }

    @Test("tells the same from memory and from the database")
    func content() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let listening = store.feed.subscribe(after: 0).makeAsyncIterator()
        var event = EventDraft(
            "limiter.assigned", at: Instant(nanoseconds: 1_700_000_000_123_456_789), actor: "ann",
            traceID: "0af7", kind: "limiter", name: "api", key: "é", policyVersion: 3,
            reason: "why", data: ["n": 1, "x": 0.5, "s": ["a": .null]])
        try await store.writer.commit(Change(events: [event]))
        event.actor = "bob"
        try await store.writer.commit(Change(events: [event]))
        var (early, late) = (listening, store.feed.subscribe(after: 0).makeAsyncIterator())
        let stored = try await Self.all(store)
        #expect(try await early.next() == stored)
        #expect(try await late.next() == stored)
        #expect(stored.map(\.event.actor) == ["ann", "bob"])
    }

    @Test("a listener that stalls goes on from the database, and the memory stays bounded")
    func stalled() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        var stalled = store.feed.subscribe().makeAsyncIterator()
        try await store.writer.commit(.event("test.first"))
        #expect(try await stalled.next()?.map(\.seq) == [1])
        var seq: Int64 = 1
        while seq < 3 * Int64(Feed.maximumRecent) {
            try await store.writer.commit(.events("test.e", 500))
            seq += 500
            #expect(store.feed.recentCount <= Feed.maximumRecent)
        }
        // More than is kept, at once.
        try await store.writer.commit(.events("test.e", Feed.maximumRecent + 100))
        seq += Int64(Feed.maximumRecent) + 100
        var told: [Int64] = []
        while told.last ?? 0 < seq, let page = try await stalled.next() { told += page.map(\.seq) }
        #expect(told == Array(2...seq))
        try await store.writer.commit(.event("test.last"))
        #expect(try await stalled.next()?.map(\.seq) == [seq + 1])
    }

    @Test("goes over from the database to memory with no gap, wherever a listener stands")
    func seam() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let listening = store.feed.subscribe().makeAsyncIterator()
        let last = Int64(Feed.maximumRecent) + 2 * Int64(Feed.longestPage)
        try await store.writer.commit(.events("test.e", Int(last)))
        #expect(store.feed.recentCount == Feed.maximumRecent)
        let seam = last - Int64(Feed.maximumRecent)
        for after in [seam - 257, seam - 256, seam - 2, seam - 1, seam, seam + 1, last - 1] {
            var listener = store.feed.subscribe(after: after).makeAsyncIterator()
            var told: [Int64] = []
            for _ in 0..<3 where told.last ?? 0 < last {
                told += try #require(await listener.next()).map(\.seq)
            }
            #expect(told == Array(after + 1..<after + 1 + Int64(told.count)), "after \(after)")
        }
        withExtendedLifetime(listening) {}
    }

    @Test("keeps few events that are large, and tells them all")
    func largeEvents() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        var listener = store.feed.subscribe().makeAsyncIterator()
        var change = Change.event("test.large")
        change.events[0].reason = String(
            repeating: "x", count: Feed.maximumRecent / 4 * Change.bytesPerUnit)
        for _ in 0..<6 { try await store.writer.commit(change) }
        #expect(store.feed.recentCount == 3)
        var told: [EventRecord] = []
        while told.count < 6, let page = try await listener.next() { told += page }
        #expect(told == (1...6).map { EventRecord(seq: $0, event: change.events[0]) })
    }

    @Test("tells nothing before it is on disk, nor what never got there")
    func durable() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        var listener = store.feed.subscribe(after: 0).makeAsyncIterator()
        let held = await store.holdWriter()
        store.writer.enqueue(.event("test.late"))
        #expect(store.feed.lastSeq == 0)
        held.letGo()
        #expect(try await listener.next()?.map(\.event.type) == ["test.late"])
        #expect(try await store.event(seq: 1) != nil)
        try store.limitPages()
        var big = Change.event("test.lost")
        big.events[0].reason = String(repeating: "x", count: 100_000)
        await #expect(throws: StoreError.self) { try await store.writer.commit(big) }
        #expect(store.feed.lastSeq == 1)
        try store.liftPageLimit()
        // A fault in one change leaves the others of its batch.
        let gate = try await store.holdWriterWhileBusy()
        store.writer.enqueue(.policy(1, "api"))
        var bad = Change.policy(1, "api")
        bad.events = Change.event("test.bad").events
        store.writer.enqueue(bad)
        store.writer.enqueue(.event("test.good"), in: .awaited)
        gate.letGo()
        var types: [String] = []
        while types.last != "test.good", let page = try await listener.next() {
            types += page.map(\.event.type)
        }
        #expect(types == ["test.first", "test.good"])
        #expect(try await store.typesInOrder() == ["test.late"] + types)
    }

    @Test("ends when the store is closed, after everything was told to those who keep up")
    func closing() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        let events = store.feed.subscribe(after: 0)
        var (prompt, waiting) = (events.makeAsyncIterator(), events.makeAsyncIterator())
        let held = await store.holdWriter()
        for number in 1...500 { store.writer.enqueue(.event("test.\(number)")) }
        let listening = Task {
            var told: [Int64] = []
            for try await page in events { told += page.map(\.seq) }
            return told
        }
        let closing = Task { try store.close() }
        held.letGo()
        try await closing.value
        #expect(try await listening.value == Array(1...500))
        var told: [Int64] = []
        while let page = try await prompt.next() { told += page.map(\.seq) }
        #expect(told == Array(1...500))
        _ = try await waiting.next()
        #expect(try await store.feed.subscribe().first { _ in true } == nil)
        #expect(try await store.feed.subscribe(after: 0).first { _ in true }?.first?.seq == 1)
    }

    @Test("goes on after a restart where a listener stopped, and misses nothing")
    func restart() async throws {
        let folder = try TemporaryFolder()
        var store = try Store(in: folder)
        try await store.writer.commit(.events("test.e", 10))
        let told = try await Self.listen(store.feed.subscribe(after: 4), upTo: 7)
        #expect(told.map(\.seq) == Array(5...10))
        try store.close()
        store = try Store(in: folder)
        #expect(store.feed.lastSeq == 10)
        try await store.writer.commit(.events("test.e", 10))
        let more = try await Self.listen(store.feed.subscribe(after: 7), upTo: 20)
        #expect(more.map(\.seq) == Array(8...20))
        try store.close()
    }

    @Test(
        "of a place before the history begins with it, and beyond it waits",
        arguments: [.min, -1, 0, 3, 5, 6, .max - 1, .max] as [Int64])
    func places(place: Int64) async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.events("test.e", 5))
        var listener = store.feed.subscribe(after: place).makeAsyncIterator()
        let first = max(0, place)
        if first < 5 {
            #expect(try await listener.next()?.map(\.seq) == Array(first + 1...5))
        }
        let waiting = Task { [listener] in
            var listener = listener
            return try await listener.next()?.map(\.seq)
        }
        try await store.writer.commit(.event("test.e"))
        if first <= 5 { #expect(try await waiting.value == [6]) }
        waiting.cancel()
        if first > 5 { #expect(try await waiting.value == nil) }
    }

    @Test("skips what is not in the history any more")
    func forgotten() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.events("test.e", 5))
        try store.forgetEvents()
        var listener = store.feed.subscribe(after: 2).makeAsyncIterator()
        try await store.writer.commit(.event("test.e"))
        #expect(try await listener.next()?.map(\.seq) == [6])
    }

    @Test("keeps nothing while nobody listens")
    func nobody() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(in: folder)
        try await store.writer.commit(.events("test.e", 5))
        #expect(store.feed.recentCount == 0)
        do {
            let listener = store.feed.subscribe().makeAsyncIterator()
            try await store.writer.commit(.events("test.e", 5))
            #expect(store.feed.recentCount == 5)
            withExtendedLifetime(listener) {}
        }
        #expect(store.feed.recentCount == 0)
        #expect(store.feed.lastSeq == 10)
    }
}
