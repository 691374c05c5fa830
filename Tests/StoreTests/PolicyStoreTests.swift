import GRDB
import Resilience
import TestSupport
import Testing

@testable import Store

@Suite("Stored policies")
struct PolicyStoreTests {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(in: folder)
    }

    @Test("come back as they were put, by kind and name")
    func roundTrip() async throws {
        let document: JSONObject = ["labels": ["é": "e\u{301}"], "spec": ["n": 9]]
        try await store.writer.commit(.policy(1, "b", document))
        try await store.writer.commit(.policy(2, "a", ["x": .null]))
        let found = try await store.policies()
        #expect(found.map(\.name) == ["a", "b"])
        #expect(found[1].document == document)
        #expect(found[1].id == 1)
        #expect(found[1].updatedBy == "ann")
    }

    @Test("keep every version, newest first")
    func versions() async throws {
        for version in 1...5 as ClosedRange<Int64> {
            let action = version == 1 ? "created" : "updated"
            try await store.writer.commit(
                .policy(1, "a", version: version, action: action, ["v": .integer(version)]))
        }
        let all = try await store.versions(kind: "limiter", name: "a", limit: 10)
        #expect(all.map(\.version) == [5, 4, 3, 2, 1])
        #expect(all.map(\.action) == ["updated", "updated", "updated", "updated", "created"])
        let some = try await store.versions(kind: "limiter", name: "a", before: 4, limit: 2)
        #expect(some.map(\.document) == [["v": 3], ["v": 2]])
        #expect(try await store.lastVersion(kind: "limiter", name: "a") == 5)
        #expect(try await store.lastVersion(kind: "breaker", name: "a") == 0)
    }

    @Test("that are deleted take states and assignments with them, and leave their versions")
    func deletion() async throws {
        try await store.writer.commit(.policy(1, "a"))
        try await store.writer.commit(.state(1, "k", ["n": 1]))
        var change = Change()
        change.assignments = [.put(assignment(1, "k"))]
        try await store.writer.commit(change)
        change = Change()
        change.policies = [.delete(id: 1)]
        try await store.writer.commit(change)
        #expect(try await store.policies().isEmpty)
        #expect(try await store.assignments().isEmpty)
        #expect(try await states().isEmpty)
        #expect(try await store.lastVersion(kind: "limiter", name: "a") == 1)
    }

    @Test("never lend their id to another")
    func identities() async throws {
        try await store.writer.commit(.policy(7, "a"))
        var change = Change()
        change.policies = [.delete(id: 7)]
        try await store.writer.commit(change)
        #expect(try await store.lastPolicyID() == 7)
        try await store.writer.commit(.policy(8, "a", version: 2))
        try await store.writer.commit(.state(7, "late", ["n": 1]))
        #expect(try await states().isEmpty)
    }

    @Test("of a deleted one, a state or an assignment that comes late is dropped")
    func lateState() async throws {
        try await store.writer.commit(.state(1, "k", ["n": 1]))
        var change = Change()
        change.assignments = [.put(assignment(1, "k"))]
        try await store.writer.commit(change)
        #expect(try await states().isEmpty)
        #expect(try await store.assignments().isEmpty)
        #expect(store.writer.lastFailure == nil)
    }

    @Test("keep the states of keys byte for byte")
    func keysAsTheyAre() async throws {
        try await store.writer.commit(.policy(1, "a"))
        for key in ["", "é", "e\u{301}", "a/b"] as [ExactString] {
            try await store.writer.commit(.state(1, key, ["key": .string(key.text)]))
        }
        try await store.writer.commit(.state(1, "a/b", nil))
        try await store.writer.commit(.state(1, "", ["n": 2]))
        let found = try await states()
        #expect(found == ["": ["n": 2], "é": ["key": "é"], "e\u{301}": ["key": "e\u{301}"]])
        var change = Change()
        change.clearedPolicies = [1]
        try await store.writer.commit(change)
        #expect(try await states().isEmpty)
    }

    @Test("keep assignments until they are taken back")
    func assigned() async throws {
        try await store.writer.commit(.policy(1, "a"))
        let first = assignment(1, "k")
        let second = assignment(1, "k", expiresAt: Instant(milliseconds: 5))
        for record in [first, second, assignment(1, "l")] {
            var change = Change()
            change.assignments = [.put(record)]
            try await store.writer.commit(change)
        }
        var change = Change()
        change.assignments = [.delete(policyID: 1, key: "l")]
        try await store.writer.commit(change)
        #expect(try await store.assignments() == [second])
        for (time, count) in [(4, 1), (5, 0)] as [(Int64, Int)] {
            change.assignments = [
                .expire(policyID: 1, key: "k", at: Instant(milliseconds: time))
            ]
            try await store.writer.commit(change)
            #expect(try await store.assignments().count == count)
        }
    }

    @Test("stand beside the time of the manual clock")
    func manualTime() async throws {
        #expect(try await store.manualTime() == nil)
        for time in [Instant(milliseconds: 5), Instant(milliseconds: 9)] {
            var change = Change()
            change.manualTime = time
            try await store.writer.commit(change)
            #expect(try await store.manualTime() == time)
        }
    }

    private func assignment(
        _ policyID: Int64, _ key: ExactString, expiresAt: Instant? = nil
    ) -> AssignmentRecord {
        AssignmentRecord(
            policyID: policyID, key: key, document: ["tier": "pro"], expiresAt: expiresAt,
            updatedAt: .epoch, updatedBy: "ann")
    }

    private func states() async throws -> [ExactString: JSONValue] {
        let found = Collected<(ExactString, JSONValue?)>()
        try await store.forEachState { found.add(($0.key, $0.state)) }
        return Dictionary(uniqueKeysWithValues: found.all.map { ($0.0, $0.1 ?? .null) })
    }
}
