import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Events by time")
struct EventTimeTests {
    /// The history of three runs, each of whose clocks began before the last one's end.
    private func history(_ folder: TemporaryFolder) async throws -> [EventRecord] {
        let runs: [[Int64]] = [
            [100, 100, 103, 101, 200, 300], [50, 60, 60, 58, 250, 400], [290, 301, 500],
        ]
        var records: [EventRecord] = []
        for run in runs {
            let store = try Store(in: folder)
            for second in run {
                let event = EventDraft(
                    second % 20 == 0 ? "test.a" : "test.b",
                    at: Instant(milliseconds: second * 1000),
                    actor: "test")
                let seq = try await store.writer.commit(Change(events: [event]))
                records.append(EventRecord(seq: seq, event: event))
            }
            try store.close()
        }
        return records
    }

    @Test("are found exactly, also where the clock was set back between runs")
    func epochs() async throws {
        let folder = try TemporaryFolder()
        let records = try await history(folder)
        let store = try Store(in: folder)
        let times: [Int64?] = [nil, 0, 50, 59, 60, 101, 103, 240, 290, 300, 301, 500, 501]
        for since in times {
            for until in times {
                for isAscending in [false, true] {
                    var query = EventQuery()
                    query.since = since.map { Instant(milliseconds: $0 * 1000) }
                    query.until = until.map { Instant(milliseconds: $0 * 1000) }
                    query.isAscending = isAscending
                    let expected = records.filter {
                        query.since ?? .epoch <= $0.event.at
                            && $0.event.at < query.until ?? .distantFuture
                    }
                    let found = try await store.events(query)
                    #expect(
                        found == (isAscending ? expected : expected.reversed()),
                        "since \(since ?? -1) until \(until ?? -1)")
                    query.type = "test.*"
                    #expect(try await store.events(query) == found)
                }
            }
        }
    }

    @Test("of the first and the last instant there is are found")
    func extremes() async throws {
        let folder = try TemporaryFolder()
        _ = try await history(folder)
        let store = try Store(in: folder)
        var query = EventQuery()
        query.since = Instant(nanoseconds: .min)
        query.until = .distantFuture
        #expect(try await store.events(query).count == 15)
        query.until = Instant(nanoseconds: .min)
        #expect(try await store.events(query).isEmpty)
    }

    @Test("that overtake each other a little begin no epoch, a clock set back begins one")
    func disorder() async throws {
        let folder = try TemporaryFolder()
        _ = try await history(folder)
        let store = try Store(in: folder)
        #expect(try store.written("SELECT count(*) FROM event_epochs") == 2)
    }

    @Test("are the first of those that match, however few are wanted")
    func limits() async throws {
        let history = try await EventHistory(count: 500)
        for seconds in stride(from: Int64(0), to: 500, by: 23) {
            for isAscending in [false, true] {
                var query = EventQuery()
                query.since = Instant(milliseconds: seconds * 1000)
                query.until = Instant(milliseconds: (seconds + 40) * 1000)
                query.isAscending = isAscending
                query.limit = 3
                #expect(try await history.store.events(query) == history.expected(query))
            }
        }
    }
}
