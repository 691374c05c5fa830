import GRDB
import Resilience
import TestSupport
import Testing

@testable import ControlPlane
@testable import Store

@Suite("Events kept while nothing can be stored")
struct HealthMonitorTests {
    private static func event(_ type: String) -> EventDraft {
        EventDraft(type, at: .epoch, actor: "test", reason: String(repeating: "x", count: 200))
    }

    @Test("are the latest, however long it lasts, and the others are counted")
    func bound() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file(), at: .epoch)
        let monitor = HealthMonitor(store.writer)
        try store.limitPages(to: 1)
        // A failure to take note of.
        store.writer.enqueue(Change(events: (0..<100).map { _ in Self.event("test.lost") }))
        var number = 0
        for _ in 0..<6 {
            try? await store.writer.flush()
            for _ in 0..<5 {
                let events = (0..<1000).map { Self.event("test.e\(number + $0)") }
                monitor.keep(events)
                number += 1000
            }
            monitor.check(Self.event("server.degraded"), Self.event("server.restored"))
        }
        try? await store.writer.flush()
        #expect(monitor.failure != nil)
        try store.limitPages(to: 1_073_741_823)
        monitor.check(Self.event("server.degraded"), Self.event("server.restored"))
        try await store.writer.flush()
        #expect(monitor.failure == nil)
        var query = EventQuery()
        query.isAscending = true
        query.limit = .max
        let told = try await store.events(query).map(\.event)
        let kept = PlaneLimits.keptEvents
        let latest = (number - kept..<number).map { "test.e\($0)" }
        #expect(told.map(\.type) == ["server.degraded"] + latest + ["server.restored"])
        #expect(told.last?.data?["suppressed"] == .integer(Int64(number - kept)))
    }

    @Test("are told without a count where none was left out")
    func few() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file(), at: .epoch)
        let monitor = HealthMonitor(store.writer)
        try store.limitPages(to: 1)
        store.writer.enqueue(Change(events: (0..<100).map { _ in Self.event("test.lost") }))
        try? await store.writer.flush()
        monitor.keep([Self.event("test.e")])
        try store.limitPages(to: 1_073_741_823)
        monitor.check(Self.event("server.degraded"), Self.event("server.restored"))
        try await store.writer.flush()
        let told = try await store.events(EventQuery()).map(\.event)
        #expect(told.map(\.type) == ["server.restored", "test.e", "server.degraded"])
        #expect(told.first?.data == nil)
    }

    @Test("are written also where no change failed: too many waited")
    func withoutFailure() async throws {
        let folder = try TemporaryFolder()
        let store = try Store(path: folder.file(), at: .epoch)
        let monitor = HealthMonitor(store.writer)
        monitor.keep([Self.event("test.e")])
        for _ in 0..<2 {
            monitor.check(Self.event("server.degraded"), Self.event("server.restored"))
            try await store.writer.flush()
        }
        let told = try await store.events(EventQuery()).map(\.event)
        #expect(told.map(\.type) == ["test.e"])
    }
}

extension Store {
    /// Makes the disk look full from so many pages on.
    fileprivate func limitPages(to count: Int) throws {
        try pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }
}
