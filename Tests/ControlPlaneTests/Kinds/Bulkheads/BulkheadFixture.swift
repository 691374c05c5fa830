import Resilience
import Synchronization
import Testing

@testable import ControlPlane

/// A bulkhead called `db` in a plane, with calls that wait for it.
struct BulkheadFixture {
    let plane: PlaneFixture
    /// Answers in the order in which they came.
    let answers = Answers()

    /// What calls that waited were told.
    final class Answers: Sendable {
        private let state = Mutex<(lines: [String], permits: [String: String])>(([], [:]))

        func add(_ line: String, _ name: String, _ permit: String?) {
            state.withLock { state in
                state.lines.append(line)
                state.permits[name] = permit
            }
        }

        var lines: [String] { state.withLock(\.lines) }
        func permit(_ name: String) -> String? { state.withLock { $0.permits[name] } }
    }

    /// A plane with a bulkhead of that spec.
    init(_ spec: JSONValue, mode: String = "enforce") async throws {
        plane = try await PlaneFixture()
        try await put(spec, mode: mode)
    }

    func put(_ spec: JSONValue, mode: String = "enforce") async throws {
        try await plane.put("db", spec, kind: BulkheadPolicy.kind, mode: mode)
    }

    /// Where many tasks go in and out at once.
    struct Door: Sendable {
        let plane: Plane

        func acquire(
            _ key: ExactString = "k", waitMs: Int64 = 0, leaseMs: Int64? = nil
        ) async throws -> BulkheadReply {
            try await plane.bulkheads.acquire(
                "db",
                BulkheadRequest(
                    key: key, wait: .milliseconds(waitMs),
                    lease: leaseMs.map(Timespan.milliseconds)),
                by: PlaneFixture.caller)
        }

        func settle(_ permit: String?) async throws -> String? {
            try await plane.permits.settle(
                try #require(permit), OutcomeReport(.success), by: PlaneFixture.caller
            ).reason?.rawValue
        }
    }

    /// The bulkhead in the plane at work.
    var door: Door { Door(plane: plane.plane) }

    /// Asks, without waiting unless it is said otherwise.
    @discardableResult
    func acquire(
        _ key: ExactString = "k", waitMs: Int64 = 0, leaseMs: Int64? = nil
    ) async throws -> BulkheadReply {
        try await door.acquire(key, waitMs: waitMs, leaseMs: leaseMs)
    }

    /// Settles the call that a permit was given to.
    func settle(_ permit: String?) async throws -> String? { try await door.settle(permit) }

    /// Has a call wait, and returns once it does or is answered.
    func wait(_ name: String, ms: Int64 = 60_000) async throws -> Task<Void, Never> {
        let (count, before) = (try status().queued, answers.lines.count)
        let (bulkheads, answers) = (plane.plane.bulkheads, answers)
        let task = Task {
            do {
                let request = BulkheadRequest(key: "k", wait: .milliseconds(ms), holder: name)
                let reply = try await bulkheads.acquire("db", request, by: PlaneFixture.caller)
                let reason = reply.denial.map { $0.reason.rawValue } ?? "yes"
                answers.add("\(name) \(reason)", name, reply.permit)
            } catch let error as PlaneError {
                answers.add("\(name) \(error.code.rawValue)", name, nil)
            } catch { answers.add("\(name) \(error)", name, nil) }
        }
        while try status().queued == count, answers.lines.count == before { await Task.yield() }
        return task
    }

    /// What is told of the key.
    func status() throws -> BulkheadStatus { try plane.plane.bulkheads.status("db", "k") }
}
