import Foundation
import Resilience
import Store

/// How many durable changes a second the writer commits, with one event each.
@main
enum StoreRate {
    static func main() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "switchgear-bench-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "bench.db").path
        let store = try Store(path: path, at: .epoch)
        for callers in [1, 64, 1024] {
            let rate = try await rate(store.writer, callers: callers, each: 200_000 / callers / 4)
            print("events, \(callers) callers, each waiting for its own commit: \(rate)/s")
        }
        let start = ContinuousClock.now
        for portion in 0..<100 {
            let events = (0..<1000).map { event(portion * 1000 + $0) }
            store.writer.enqueue(Change(events: events))
        }
        try await store.writer.flush()
        print("events, written behind: \(perSecond(100_000, since: start))/s")
        try store.close()
    }

    private static func rate(_ writer: Writer, callers: Int, each: Int) async throws -> Int {
        let count = max(1, min(each, 2000))
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for index in 0..<count {
                        try await writer.commit(Change(events: [event(caller * count + index)]))
                    }
                }
            }
            try await group.waitForAll()
        }
        return perSecond(callers * count, since: start)
    }

    private static func perSecond(_ count: Int, since start: ContinuousClock.Instant) -> Int {
        Int(Double(count) / (start.duration(to: .now) / Duration.seconds(1)))
    }

    private static func event(_ index: Int) -> EventDraft {
        EventDraft(
            "limiter.limited", at: Instant(milliseconds: Int64(index)), actor: "switchgear",
            kind: "limiter", name: "api-\(index % 10)", key: "user:\(index)", policyVersion: 3,
            reason: "rate_limited", data: ["retry_after_ms": 1000])
    }
}
