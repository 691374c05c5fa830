import Store
import Testing

@testable import ControlPlane

@Suite("Receipts of what was handed to the writer")
struct PendingCommitTests {
    @Test("are awaited together, 300,000 at once, whether they are done or not")
    func many() async throws {
        let plane = try await PlaneFixture()
        let writer = plane.plane.context.store.writer
        let coming = PendingCommit(Change(), writer) {}
        try await PendingCommit.wait(Array(repeating: coming, count: 300_000))
        // All of them are done by now.
        try await PendingCommit.wait(Array(repeating: coming, count: 300_000))
    }

    @Test("tell the first failure among them, done or not")
    func failure() async throws {
        let plane = try await PlaneFixture()
        let writer = plane.plane.context.store.writer
        let done = PendingCommit(Change(), writer) {}
        try await done.wait()
        try plane.crash()
        let failed = PendingCommit(Change(events: []), writer) {}
        for commits in [[done, failed], [failed, done], [failed], [done, failed, done]] {
            await #expect(throws: PlaneError.self) { try await PendingCommit.wait(commits) }
        }
    }
}
